using Portal.Core.Access;

namespace Portal.Access;

/// <summary>Scopes while somebody chooses them: by resource and action, or everything.</summary>
public sealed class ScopeSelection
{
    /// <summary>The actions that <c>write</c> is made of.</summary>
    public static readonly IReadOnlyList<string> WriteParts = ["create", "update", "delete"];

    private static readonly string[] Actions = ["read", "write", .. WriteParts];

    private readonly HashSet<string> chosen = new(StringComparer.Ordinal);

    /// <summary>Every scope there is, also those of later versions.</summary>
    public bool Everything { get; set; }

    public bool IsEmpty => !Everything && chosen.Count == 0;

    /// <summary>Whether some resource has a part of <c>write</c> without the rest.</summary>
    public bool IsFineGrained => chosen.Any(scope => WriteParts.Contains(scope.Split(':')[1]));

    /// <summary>The preset that amounts to the same; null where there is none.</summary>
    public ApiKeyPreset? Preset => ApiKeyPresets.All.FirstOrDefault(preset => Equals(preset.Scopes));

    public static ScopeSelection Of(IEnumerable<string> scopes)
    {
        var selection = new ScopeSelection();
        selection.Choose(scopes);
        return selection;
    }

    /// <summary>Replaces what is chosen.</summary>
    /// <param name="scopes">In the canonical spelling.</param>
    public void Choose(IEnumerable<string> scopes)
    {
        chosen.Clear();
        Everything = false;
        foreach (var scope in scopes)
        {
            if (scope == Scopes.Everything) Everything = true;
            else if (scope.EndsWith(":*", StringComparison.Ordinal)) chosen.UnionWith([$"{scope[..^1]}read", $"{scope[..^1]}write"]);
            else chosen.Add(scope);
        }
    }

    /// <summary>Whether an action is allowed, by itself or as a part of <c>write</c>.</summary>
    public bool Has(string resource, string action) =>
        Everything || chosen.Contains($"{resource}:{action}") || (WriteParts.Contains(action) && chosen.Contains($"{resource}:write"));

    public void Set(string resource, string action, bool on)
    {
        if (WriteParts.Contains(action)) SetPart(resource, action, on);
        else if (!on) chosen.Remove($"{resource}:{action}");
        else
        {
            chosen.Add($"{resource}:{action}");
            if (action == "write") chosen.ExceptWith(WriteParts.Select(part => $"{resource}:{part}"));
        }
    }

    /// <summary>The scopes in the canonical spelling, as short as can be, in the catalogue's order.</summary>
    public IReadOnlyList<string> ToScopes()
    {
        if (Everything) return [Scopes.Everything];
        var scopes = new List<string>();
        foreach (var resource in Scopes.Resources.Select(resource => resource.Name))
        {
            if (chosen.Contains($"{resource}:read") && chosen.Contains($"{resource}:write")) scopes.Add($"{resource}:*");
            else scopes.AddRange(Actions.Select(action => $"{resource}:{action}").Where(chosen.Contains));
        }

        return scopes;
    }

    /// <summary>Whether these scopes amount to the same.</summary>
    public bool Equals(IEnumerable<string> scopes) => Of(scopes).ToScopes().SequenceEqual(ToScopes(), StringComparer.Ordinal);

    private void SetPart(string resource, string part, bool on)
    {
        var parts = WriteParts.Where(other => Has(resource, other)).ToHashSet(StringComparer.Ordinal);
        if (on) parts.Add(part);
        else parts.Remove(part);
        Set(resource, "write", parts.Count == WriteParts.Count);
        if (parts.Count < WriteParts.Count) chosen.UnionWith(parts.Select(other => $"{resource}:{other}"));
        if (!on) chosen.Remove($"{resource}:{part}");
    }
}
