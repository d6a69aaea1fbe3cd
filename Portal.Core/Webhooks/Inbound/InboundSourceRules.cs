using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Inbound.Providers;
using Portal.Core.Webhooks.Signing;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>What a source may be.</summary>
internal static class InboundSourceRules
{
    private const int MostEvents = 50;
    private const int LeastSecret = 8;
    private const int MostSecret = 500;

    /// <summary>The provider of this name.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public static InboundProvider Provider(string? name)
    {
        var faults = new Faults();
        faults.Required("provider", name);
        faults.OneOf("provider", name, InboundProviders.Names);
        faults.ThrowIfAny();
        return InboundProviders.Find(name)!;
    }

    /// <summary>Adds what is wrong with a source apart from its secret.</summary>
    public static void Check(InboundProvider provider, string name, string? url, IReadOnlyList<string?> events, HmacSettings? hmac, Faults faults)
    {
        faults.Required("name", name, 100);
        faults.Text("url", url, 2000);
        if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")))
            faults.Add("url", "url must be an absolute http or https address.", ErrorCode.WrongFormat);
        CheckEvents(provider, events, faults);
        if (provider is HmacProvider)
        {
            if (hmac is null) faults.Add("hmac", "hmac is required: it says how requests are signed.", ErrorCode.MissingField);
            else hmac.Check(faults);
        }
        else if (hmac is not null)
        {
            faults.Add("hmac", $"It is known how {provider.Title} signs; hmac goes with the provider hmac.");
        }
    }

    /// <summary>The secret that was given, or a new one.</summary>
    public static string Secret(InboundProvider provider, string? given, Faults faults)
    {
        if (given is null)
        {
            if (!provider.MakesSecret) return SigningSecret.New().Text;
            faults.Add("secret", $"secret is required: {provider.Title} makes it.", ErrorCode.MissingField);
            return "";
        }

        faults.Required("secret", given, MostSecret);
        if (given.Length < LeastSecret) faults.Add("secret", $"secret is shorter than {LeastSecret} characters.");
        else if (provider.SecretFault(given) is { } fault) faults.Add("secret", fault, ErrorCode.WrongFormat);
        return given;
    }

    /// <summary>Each once; those of the provider alone where it has its own.</summary>
    public static List<string> Events(IReadOnlyList<string?>? events) => events is null ? [] : [.. events.OfType<string>().Distinct(StringComparer.Ordinal)];

    public static string? Stored(HmacSettings? hmac) => hmac is null ? null : JsonSerializer.Serialize(hmac, PortalJson.Options);

    public static HmacSettings? Read(string? stored) => stored is null ? null : JsonSerializer.Deserialize<HmacSettings>(stored, PortalJson.Options);

    private static void CheckEvents(InboundProvider provider, IReadOnlyList<string?> events, Faults faults)
    {
        if (events.Count > MostEvents) faults.Add("events", $"A source has at most {MostEvents} event types.");
        for (var i = 0; i < Math.Min(events.Count, MostEvents); i++)
        {
            faults.Required($"events[{i}]", events[i], 100);
            if (provider.KnownEvents is { } known && events[i] is { } type && !known.Contains(type))
                faults.Add($"events[{i}]", $"{provider.Title} has the event types {string.Join(", ", known)}.");
        }
    }
}
