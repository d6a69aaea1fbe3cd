namespace Portal.Core.Access;

/// <summary>A set of scopes that is often wanted together.</summary>
/// <param name="Id">What a request names it by.</param>
/// <param name="Name">For the person who chooses.</param>
/// <param name="Description">What a key with it can and cannot do.</param>
public sealed record ApiKeyPreset(string Id, string Name, string Description, IReadOnlyList<string> Scopes);

/// <summary>The presets there are, narrowest first.</summary>
public static class ApiKeyPresets
{
    public static IReadOnlyList<ApiKeyPreset> All { get; } =
    [
        new("read_only", "Read only", "Sees all data, usage and settings, but no keys; changes nothing.", Access.Scopes.Of(Role.Viewer)),
        new("crm", "CRM", "Reads and changes contacts, leads, deals, activities and interactions.",
            ["contacts:*", "leads:*", "deals:*", "activities:*", "interactions:*"]),
        new("finance", "Finance", "Reads forecasts and reports; reads and changes expenses, invoices and ledger postings.",
            ["financial:*", "expenses:*", "invoices:*", "gl:*"]),
        new("webhooks_events", "Webhooks & events", "Sets up webhook endpoints, reads deliveries and events, publishes events.", ["webhooks:*", "events:*"]),
        new("integration", "Integration", "What a connected system needs: business data, webhooks, events, workflows and installed integrations.",
            [
                "contacts:*", "leads:*", "deals:*", "activities:*", "interactions:*", "expenses:*", "invoices:*", "projects:*", "tickets:*",
                "forms:read", "webhooks:*", "events:*", "integrations:*", "workflows:*",
            ]),
        new("full_access", "Full access", "Everything, also making and revoking keys and managing the organization.", [Access.Scopes.Everything]),
    ];

    /// <summary>The preset with this id; null where there is none.</summary>
    public static ApiKeyPreset? Find(string id) => All.FirstOrDefault(preset => preset.Id == id);
}
