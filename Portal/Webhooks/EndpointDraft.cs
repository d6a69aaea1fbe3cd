using System.Globalization;
using Microsoft.Extensions.Localization;
using Portal.Access;
using Portal.Core.Shared.Json;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Webhooks;

/// <summary>A header as it is typed.</summary>
public sealed class HeaderLine
{
    public string Name { get; set; } = "";
    public string Value { get; set; } = "";

    internal bool IsEmpty => string.IsNullOrWhiteSpace(Name) && string.IsNullOrWhiteSpace(Value);
}

/// <summary>An endpoint as somebody fills in its form: texts as typed, so that nothing is lost when something is wrong.</summary>
public sealed class EndpointDraft
{
    internal const string UrlField = "url";
    internal const string EventsField = "events";
    internal const string NameField = "name";
    internal const string DescriptionField = "description";
    internal const string FilterField = "filter";
    internal const string HeadersField = "headers";
    internal const string RetryField = "retry_policy";
    internal const string RateField = "rate_limit";
    internal const string OrderField = "ordering_key";
    internal static readonly string[] Fields = [UrlField, EventsField, NameField, DescriptionField, FilterField, HeadersField, RetryField, RateField, OrderField];
    internal static readonly string[] AdvancedFields = [NameField, DescriptionField, FilterField, HeadersField, RetryField, RateField, OrderField];

    private const int MostRetries = 20;

    public string Url { get; set; } = "";
    public EventSelection Events { get; init; } = new();

    /// <summary>Empty takes the URL's host.</summary>
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";

    /// <summary>A CEL expression; empty takes every event.</summary>
    public string Filter { get; set; } = "";
    public List<HeaderLine> Headers { get; init; } = [];

    /// <summary>Whether the endpoint keeps to a schedule of its own.</summary>
    public bool OwnSchedule { get; set; }
    public string MaxRetries { get; set; } = "5";

    /// <summary>Seconds before the first retry.</summary>
    public string FirstPause { get; set; } = "10";

    /// <summary>Deliveries a minute; empty is unlimited.</summary>
    public string RateLimit { get; set; } = "";
    public string OrderingKey { get; set; } = "";

    /// <summary>The schedule as typed; null for the default one, and for what cannot be read.</summary>
    internal RetryPolicy? Policy =>
        OwnSchedule && Whole(MaxRetries) is >= 0 and <= MostRetries and var retries && Milliseconds(FirstPause) is { } pause ? new RetryPolicy { MaxRetries = retries, BackoffMs = pause } : null;

    internal static EndpointDraft Of(EndpointResource endpoint) => new()
    {
        Url = endpoint.Url,
        Events = EventSelection.Of(endpoint.Events),
        Name = endpoint.Name,
        Description = endpoint.Description ?? "",
        Filter = endpoint.Filter ?? "",
        Headers = [.. endpoint.Headers.Select(header => new HeaderLine { Name = header.Key, Value = header.Value })],
        OwnSchedule = endpoint.RetryPolicy is not null,
        MaxRetries = endpoint.RetryPolicy is { } policy ? policy.MaxRetries?.ToString(CultureInfo.InvariantCulture) ?? "7" : "5",
        FirstPause = endpoint.RetryPolicy is { } own ? ((own.BackoffMs ?? 1000) / 1000m).ToString("0.###", CultureInfo.InvariantCulture) : "10",
        RateLimit = endpoint.RateLimit?.ToString(CultureInfo.InvariantCulture) ?? "",
        OrderingKey = endpoint.OrderingKey ?? "",
    };

    /// <summary>What can be said before the service is asked.</summary>
    internal FormFaults Check(IStringLocalizer<EndpointTexts> texts)
    {
        var faults = new FormFaults();
        if (string.IsNullOrWhiteSpace(Url)) faults.Add(UrlField, texts["Form.UrlMissing"]);
        if (Events.IsEmpty) faults.Add(EventsField, texts["Form.EventsMissing"]);
        if (OwnSchedule && Policy is null) faults.Add(RetryField, texts["Form.RetryWrong", MostRetries]);
        if (!string.IsNullOrWhiteSpace(RateLimit) && Whole(RateLimit) is null) faults.Add(RateField, texts["Form.RateWrong"]);
        var names = Headers.Where(header => !header.IsEmpty).Select(header => header.Name.Trim()).ToList();
        if (names.Contains("")) faults.Add(HeadersField, texts["Form.HeaderNameMissing"]);
        if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Count) faults.Add(HeadersField, texts["Form.HeaderTwice"]);
        return faults;
    }

    internal EndpointInput ToInput() => new()
    {
        Url = Url.Trim(),
        Events = Events.Patterns,
        Name = Text(Name),
        Description = Text(Description),
        Filter = Text(Filter),
        Headers = ReadHeaders(),
        RetryPolicy = Policy,
        RateLimit = Whole(RateLimit),
        OrderingKey = Text(OrderingKey),
    };

    /// <summary>Only what differs, so that one person's change does not undo another's of a different field.</summary>
    internal EndpointPatch ToPatch(EndpointResource before) => new()
    {
        Url = Changed<string?>(Url.Trim(), before.Url),
        Events = Events.Patterns.Order(StringComparer.Ordinal).SequenceEqual(before.Events.Order(StringComparer.Ordinal), StringComparer.Ordinal) ? default : new(Events.Patterns),
        Name = Changed<string?>(Name.Trim(), before.Name),
        Description = Changed(Text(Description), before.Description),
        Filter = Changed(Text(Filter), before.Filter),
        Headers = SameHeaders(before.Headers) ? default : new(ReadHeaders()),
        RetryPolicy = Changed(Policy, before.RetryPolicy),
        RateLimit = Changed(Whole(RateLimit), before.RateLimit),
        OrderingKey = Changed(Text(OrderingKey), before.OrderingKey),
    };

    private static Optional<T> Changed<T>(T value, T before) => EqualityComparer<T>.Default.Equals(value, before) ? default : new(value);

    private static string? Text(string typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();

    private static int? Whole(string typed) => int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int? Milliseconds(string seconds) =>
        decimal.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0.1m and <= 86_400m ? (int)(number * 1000) : null;

    private Dictionary<string, string?> ReadHeaders() =>
        Headers.Where(header => !header.IsEmpty).ToDictionary(header => header.Name.Trim(), string? (header) => header.Value.Trim(), StringComparer.OrdinalIgnoreCase);

    private bool SameHeaders(IReadOnlyDictionary<string, string> before)
    {
        var now = ReadHeaders();
        return now.Count == before.Count && now.All(header => before.TryGetValue(header.Key, out var value) && value == header.Value);
    }
}
