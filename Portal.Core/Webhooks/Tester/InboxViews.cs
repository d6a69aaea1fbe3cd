namespace Portal.Core.Webhooks.Tester;

/// <summary>An inbox as its page shows it.</summary>
/// <param name="Id"><c>inbx_…</c></param>
/// <param name="Token">The secret part of its address; see <see cref="InboxAddress"/>.</param>
/// <param name="EndsAt">When it goes if nothing happens until then.</param>
/// <param name="Requests">How many requests it holds.</param>
public sealed record InboxView(string Id, string Name, string Token, InboxAnswer Answer, DateTimeOffset CreatedAt, DateTimeOffset EndsAt, int Requests);

/// <summary>A line of an inbox's list.</summary>
/// <param name="BodyBytes">How long the body was, also where less is kept.</param>
/// <param name="Answered">The status that was answered; 0 where the connection was reset.</param>
public sealed record InboxRequestRow(string Id, string Method, string Path, string? EventType, long BodyBytes, int Answered, DateTimeOffset CreatedAt);

/// <summary>A request that an inbox holds.</summary>
/// <param name="Query">Without its question mark.</param>
/// <param name="Headers">As they came; of cookies the names only.</param>
/// <param name="Body">As much as is kept.</param>
/// <param name="Address">Where it came from; null where the portal itself delivered it.</param>
public sealed record InboxRequest(InboxRequestRow Row, string InboxId, string Query, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, string? Address)
{
    /// <summary>Whether the body was longer than what is kept.</summary>
    public bool IsCut => Row.BodyBytes > Body.Length;
}

/// <summary>Requests of an inbox, the newest first.</summary>
/// <param name="HasMore">Whether there are older ones.</param>
public sealed record InboxRequests(IReadOnlyList<InboxRequestRow> Rows, bool HasMore);
