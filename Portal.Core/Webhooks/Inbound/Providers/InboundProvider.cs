namespace Portal.Core.Webhooks.Inbound.Providers;

/// <summary>Why a signature does not hold.</summary>
/// <param name="Header">The header at fault.</param>
/// <param name="Reason">A sentence for the person who sets the provider up; never the secret, never the right signature.</param>
internal sealed record InboundRefusal(string Header, string Reason)
{
    public static InboundRefusal Missing(string header) => new(header, $"The header {header} is missing.");

    public static InboundRefusal Malformed(string header, string what) => new(header, $"The header {header} {what}.");

    public static InboundRefusal Wrong(string header) => new(header, $"The header {header} is not the signature of this body by the source's secret: another secret signed it, or the body was changed on its way.");
}

/// <summary>What a signature is checked by.</summary>
/// <param name="Addresses">The addresses that the provider may have called, for signatures that cover it.</param>
/// <param name="Hmac">How the signature is made, where the source describes it.</param>
internal sealed record InboundKey(string Secret, IReadOnlyList<string> Addresses, HmacSettings? Hmac);

/// <summary>A sender of webhooks: how its signatures are checked, and where its requests say what they are.</summary>
internal abstract class InboundProvider
{
    /// <summary>How far a provider's clock and ours may be apart.</summary>
    protected static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>As in the path: <c>stripe</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it calls itself.</summary>
    public abstract string Title { get; }

    /// <summary>What a signature must be, for the answer to one that does not hold.</summary>
    public abstract string Expects(HmacSettings? hmac);

    /// <summary>The header that the signature stands in.</summary>
    public abstract string SignatureHeader(HmacSettings? hmac);

    /// <summary>The event types that the portal can use; null where any will do.</summary>
    public virtual IReadOnlyList<string>? KnownEvents => null;

    /// <summary>Whether the provider makes the secret; otherwise the portal can.</summary>
    public virtual bool MakesSecret => false;

    /// <summary>Why a secret cannot be this provider's; null where it can.</summary>
    public virtual string? SecretFault(string secret) => null;

    /// <summary>Checks a request's signature, comparing in constant time.</summary>
    /// <returns>Why it does not hold; null when it does.</returns>
    public abstract InboundRefusal? Verify(InboundRequest request, InboundKey key, DateTimeOffset now);

    /// <summary>The provider's id of the event; null where it gives none.</summary>
    public abstract string? EventId(InboundRequest request, HmacSettings? hmac);

    /// <summary>The provider's event type; null where it names none.</summary>
    public abstract string? EventType(InboundRequest request, HmacSettings? hmac);

    /// <summary>What a verified request wants to have repeated, and that alone; null where it is a message.</summary>
    public virtual string? Challenge(InboundRequest request) => null;

    /// <summary>The content type and body of the answer to a message that was taken; null leaves it to the portal.</summary>
    public virtual (string ContentType, string Body)? Reply => null;

    protected static InboundRefusal? ClockFault(string header, long seconds, DateTimeOffset now)
    {
        var drift = now.ToUnixTimeSeconds() - (double)seconds;
        return Math.Abs(drift) <= Tolerance.TotalSeconds
            ? null
            : new(header, $"The timestamp in {header} is {Math.Abs(drift):0} s {(drift > 0 ? "behind" : "ahead of")} this clock; {Tolerance.TotalSeconds:0} s are tolerated. Either a clock is wrong, or this is an old request.");
    }
}

/// <summary>The providers that the portal knows.</summary>
internal static class InboundProviders
{
    public static readonly QuoteIqProvider QuoteIq = new();

    public static IReadOnlyList<InboundProvider> All { get; } =
    [
        QuoteIq, new StripeProvider(), new GitHubProvider(), new SlackProvider(), new TwilioProvider(), new StandardWebhooksProvider(), new HmacProvider(),
    ];

    public static string[] Names { get; } = [.. All.Select(provider => provider.Name)];

    public static InboundProvider? Find(string? name) => All.FirstOrDefault(provider => provider.Name == name);
}
