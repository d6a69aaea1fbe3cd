using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Portal.Core.Access;

/// <summary>A resource that scopes are about.</summary>
/// <param name="Name">As in <c>contacts:read</c>.</param>
/// <param name="Description">What it covers, for the person who grants it.</param>
public sealed record ScopedResource(string Name, string Description);

/// <summary>
/// The scopes there are: <c>resource:action</c>. <c>read</c> looks, <c>write</c> creates, changes and deletes; the
/// narrower <c>create</c>, <c>update</c> and <c>delete</c> may be granted alone. <c>*</c> is everything.
/// </summary>
public static class Scopes
{
    public const string Everything = "*";

    private static readonly string[] Actions = ["read", "write", "create", "update", "delete"];
    private static readonly string[] WriteParts = ["create", "update", "delete"];

    // What only owners and administrators change.
    private static readonly string[] Administration = ["members", "organization", "audit"];

    public static IReadOnlyList<ScopedResource> Resources { get; } =
    [
        new("contacts", "People the organization deals with"),
        new("leads", "Possible customers and their scores"),
        new("deals", "Sales in the making, the board and its watchers"),
        new("activities", "Calls, mails, meetings, tasks and notes"),
        new("interactions", "What customers did and said"),
        new("financial", "Forecasts and reports"),
        new("expenses", "Money spent"),
        new("invoices", "Invoices and their payments"),
        new("projects", "Projects, their tasks and schedules"),
        new("automation", "Automated tasks"),
        new("webhooks", "Webhook endpoints and their deliveries"),
        new("events", "Events that happened, and publishing new ones"),
        new("integrations", "Installed integrations and their syncs"),
        new("workflows", "Workflow definitions, templates and runs"),
        new("forms", "Hosted forms and what was submitted"),
        new("gl", "General-ledger postings"),
        new("ai", "AI completion, chat, scoring and custom models"),
        new("calls", "Telephony providers and calls"),
        new("tickets", "Support tickets"),
        new("knowledge", "Knowledge-base articles"),
        new("messages", "E-mail and SMS"),
        new("keys", "API keys of the organization"),
        new("usage", "How much was called, and the request log"),
        new("members", "Members of the organization, their roles and invitations"),
        new("organization", "The organization's name and settings"),
        new("audit", "The audit log: who did what"),
    ];

    private static readonly FrozenDictionary<string, string> ResourceAliases = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["contact"] = "contacts", ["lead"] = "leads", ["deal"] = "deals", ["activity"] = "activities",
        ["expense"] = "expenses", ["invoice"] = "invoices", ["webhook"] = "webhooks", ["workflow"] = "workflows",
        ["project"] = "projects", ["form"] = "forms", ["tasks"] = "automation", ["crm"] = "contacts",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> ResourceNames = Resources.Select(resource => resource.Name).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// Brings a spelling to the canonical one: <c>contacts.read</c> and <c>read:contacts</c> are <c>contacts:read</c>.
    /// </summary>
    public static bool TryNormalize(string? text, [NotNullWhen(true)] out string? scope)
    {
        scope = null;
        if (text is null) return false;
        var spelled = text.Trim().ToLowerInvariant();
        if (spelled is Everything or "*:*") return (scope = Everything) is not null;
        var parts = spelled.Split(':', '.');
        if (parts.Length != 2) return false;
        if (Actions.Contains(parts[0])) (parts[0], parts[1]) = (parts[1], parts[0]);
        var resource = ResourceAliases.GetValueOrDefault(parts[0], parts[0]);
        if (!ResourceNames.Contains(resource)) return false;
        if (!Actions.Contains(parts[1]) && parts[1] != "*") return false;
        scope = $"{resource}:{parts[1]}";
        return true;
    }

    /// <summary>Every scope that the granted ones amount to, for a fast check.</summary>
    public static FrozenSet<string> Expand(IEnumerable<string> granted)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (var scope in granted)
        {
            all.Add(scope);
            var parts = scope.Split(':');
            if (parts.Length != 2) continue;
            if (parts[1] == "*") foreach (var action in Actions) all.Add($"{parts[0]}:{action}");
            if (parts[1] is "write" or "*") foreach (var part in WriteParts) all.Add($"{parts[0]}:{part}");
        }

        return all.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Whether expanded scopes hold all that a scope amounts to: <c>contacts:*</c> is read and write together.</summary>
    public static bool Covers(FrozenSet<string> expanded, string scope) =>
        expanded.Contains(Everything) || expanded.Contains(scope)
        || (scope.EndsWith(":*", StringComparison.Ordinal) && expanded.Contains($"{scope[..^1]}read") && expanded.Contains($"{scope[..^1]}write"));

    /// <summary>What a member's role amounts to when they call the API as themselves.</summary>
    public static IReadOnlyList<string> Of(Role role) => role switch
    {
        Role.Owner or Role.Admin => [Everything],
        Role.Developer => [.. Resources.Where(resource => !Administration.Contains(resource.Name)).Select(resource => $"{resource.Name}:*"), "members:read", "organization:read"],
        _ => [.. Resources.Where(resource => resource.Name is not ("keys" or "audit")).Select(resource => $"{resource.Name}:read")],
    };

    public static string NameOf(Role role) => role.ToString().ToLowerInvariant();
}
