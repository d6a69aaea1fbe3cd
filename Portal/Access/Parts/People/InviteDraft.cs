using Portal.Core.Access;

namespace Portal.Access.Parts.People;

/// <summary>Whom somebody is about to invite: addresses as typed, one a line or with commas between.</summary>
public sealed class InviteDraft
{
    private static readonly char[] Separators = ['\n', '\r', ',', ';', ' ', '\t'];

    public string Text { get; set; } = "";

    public Role Role { get; set; } = Role.Developer;

    public IReadOnlyList<string> Addresses => [.. Text.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Leaves only some addresses, to be put right.</summary>
    public void Keep(IEnumerable<string> addresses) => Text = string.Join('\n', addresses);
}
