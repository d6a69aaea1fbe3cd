using System.Text.RegularExpressions;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Messages;

/// <summary>A text message to be sent.</summary>
public sealed partial record SmsRequest
{
    private const int LongestMessage = 1600;
    private const int MostMedia = 10;

    /// <summary>Who sends it, as <c>twilio</c>, where such a provider is connected.</summary>
    public string? Provider { get; init; }

    /// <summary>The receiver's number with its country, as <c>+15550123456</c> (E.164). Spaces, dots, hyphens and parentheses are passed over.</summary>
    public string? To { get; init; }

    /// <summary>The sender's number or name, as the provider knows it.</summary>
    public string? From { get; init; }

    /// <summary>At most 1,600 characters.</summary>
    public string? Message { get; init; }

    /// <summary>Pictures and the like, at most 10 web addresses.</summary>
    public IReadOnlyList<string>? MediaUrls { get; init; }

    /// <summary>The number as it is dialled.</summary>
    internal string Number => Ignored().Replace(To!, "");

    internal void Check()
    {
        var faults = new Faults();
        faults.Text("provider", Provider, 50);
        faults.Required("to", To, 50);
        if (!string.IsNullOrWhiteSpace(To) && !PhoneNumber().IsMatch(Number)) faults.Add("to", "to is a number with its country, such as +15550123456.", ErrorCode.WrongFormat);
        faults.Text("from", From, 50);
        faults.Required("message", Message, LongestMessage);
        if (MediaUrls?.Count > MostMedia) faults.Add("media_urls", $"A message has at most {MostMedia} media.");
        else foreach (var (i, url) in (MediaUrls ?? []).Index()) CheckUrl($"media_urls[{i}]", url, faults);
        faults.ThrowIfAny();
    }

    private static void CheckUrl(string field, string? url, Faults faults)
    {
        faults.Text(field, url, 2000);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http")) faults.Add(field, $"{field} is no web address.", ErrorCode.WrongFormat);
    }

    [GeneratedRegex(@"[ .()\-]", RegexOptions.NonBacktracking)]
    private static partial Regex Ignored();

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z", RegexOptions.NonBacktracking)]
    private static partial Regex PhoneNumber();
}

/// <summary>What became of a text message.</summary>
public sealed record SmsResponse
{
    /// <summary><c>sms_…</c>, or what the provider calls it.</summary>
    public required string MessageId { get; init; }
    public required MessageStatus Status { get; init; }
    public required ProviderResponse ProviderResponse { get; init; }

    /// <summary>US dollars; null where it is not known.</summary>
    public decimal? Cost { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
}
