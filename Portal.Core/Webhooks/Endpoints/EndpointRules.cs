using System.Text.RegularExpressions;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Signing;

namespace Portal.Core.Webhooks.Endpoints;

/// <summary>What an endpoint's fields may hold.</summary>
internal static partial class EndpointRules
{
    private const int MostRetries = 20;
    private const int LeastBackoff = 100;
    private const int MostBackoff = 86_400_000;
    private const int MostRate = 100_000;

    // Set by the portal at each delivery; a customer's would contradict them.
    private static readonly string[] OwnHeaders =
        [WebhookSignature.IdHeader, WebhookSignature.TimestampHeader, WebhookSignature.SignatureHeader, WebhookSignature.SimpleHeader, "Content-Type"];

    public static void Check(WebhookEndpoint row, Faults faults)
    {
        faults.Required("name", row.Name, 100);
        faults.Text("description", row.Description, 500);
        if (row.MaxRetries is < 0 or > MostRetries) faults.Add("retry_policy.max_retries", $"max_retries is 0 to {MostRetries}.");
        if (row.BackoffMs is < LeastBackoff or > MostBackoff) faults.Add("retry_policy.backoff_ms", $"backoff_ms is {LeastBackoff} to {MostBackoff} milliseconds.");
        if (row.RateLimit is < 1 or > MostRate) faults.Add("rate_limit", $"rate_limit is 1 to {MostRate} deliveries a minute.");
        if (row.OrderingKey is { } path && (path.Length > 200 || !Path().IsMatch(path)))
            faults.Add("ordering_key", "ordering_key is a path into the event, as data.id.", ErrorCode.WrongFormat);
        if (row.Filter is { } filter && EventFilter.Fault(filter) is { } fault) faults.Add("filter", fault, ErrorCode.WrongFormat);
    }

    /// <inheritdoc cref="SecretHeaders.Read"/>
    public static Dictionary<string, string> ReadHeaders(IReadOnlyDictionary<string, string?>? given, IReadOnlyDictionary<string, string> current, Faults faults) =>
        SecretHeaders.Read(given, current, OwnHeaders, faults);

    public static void CheckSecret(string? secret, Faults faults)
    {
        if (secret is not null && !SigningSecret.TryChoose(secret, out _, out var reason)) faults.Add("secret", reason, ErrorCode.WrongFormat);
    }

    public static void Apply(RetryPolicy? policy, WebhookEndpoint row) => (row.MaxRetries, row.BackoffMs) = (policy?.MaxRetries, policy?.BackoffMs);

    /// <summary>Applies what a patch says of the fields that need nothing but themselves.</summary>
    public static void Apply(EndpointPatch patch, WebhookEndpoint row, Faults faults)
    {
        if (patch.Active is { IsSet: true, Value: null }) faults.Add("active", "active cannot be emptied.", ErrorCode.MissingField);
        row.Name = patch.Name.Or(row.Name) ?? "";
        row.Description = Emptied(patch.Description, row.Description);
        row.Url = patch.Url.Or(row.Url) ?? "";
        row.Filter = Emptied(patch.Filter, row.Filter);
        row.RateLimit = patch.RateLimit.Or(row.RateLimit);
        row.OrderingKey = Emptied(patch.OrderingKey, row.OrderingKey);
        if (patch.RetryPolicy.IsSet) Apply(patch.RetryPolicy.Value, row);
        if (patch.Events.IsSet) row.Events = EventSubscription.Read(patch.Events.Value, faults);
        Check(row, faults);
    }

    // A form sends an empty text for what nobody filled in.
    private static string? Emptied(Optional<string?> given, string? current) => given.Or(current) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    [GeneratedRegex(@"^[a-z_][a-z0-9_]*(\.[a-zA-Z0-9_-]+)*\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Path();
}
