using System.Globalization;
using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;

namespace Portal.Access;

/// <summary>When a key in the form is to end.</summary>
public enum KeyEnd
{
    /// <summary>As it is: only for a key that has an end already.</summary>
    Unchanged,
    Never,
    Days30,
    Days90,
    Year,
    Date,
}

/// <summary>A key as somebody fills in its form: texts as typed, so that nothing is lost when something is wrong.</summary>
public sealed class KeyDraft
{
    internal const string NameField = "name";
    internal const string ScopesField = "scopes";
    internal const string RateLimitField = "rate_limit";
    internal const string EndField = "expires_at";
    internal const string AddressesField = "allowed_addresses";
    internal static readonly string[] Fields = [NameField, ScopesField, RateLimitField, EndField, AddressesField];

    public string Name { get; set; } = "";
    public ScopeSelection Scopes { get; init; } = new();

    /// <summary>Calls a minute; empty leaves it to the plan.</summary>
    public string RateLimit { get; set; } = "";
    public KeyEnd End { get; set; } = KeyEnd.Never;

    /// <summary>The last day (UTC) for <see cref="KeyEnd.Date"/>.</summary>
    public DateOnly? EndDate { get; set; }

    /// <summary>One address or range a line.</summary>
    public string Addresses { get; set; } = "";
    public ApiMode Mode { get; set; }

    public static KeyDraft New(ApiMode mode, int defaultRateLimit) => new()
    {
        Mode = mode,
        RateLimit = defaultRateLimit.ToString(CultureInfo.InvariantCulture),
    };

    public static KeyDraft Of(ApiKeyResource key) => new()
    {
        Name = key.Name,
        Scopes = ScopeSelection.Of(key.Scopes),
        RateLimit = key.RateLimit?.ToString(CultureInfo.InvariantCulture) ?? "",
        End = key.ExpiresAt is null ? KeyEnd.Never : KeyEnd.Unchanged,
        Addresses = string.Join('\n', key.AllowedAddresses),
        Mode = key.Mode,
    };

    /// <summary>What can be said before the service is asked.</summary>
    public FormFaults Check(IStringLocalizer<KeysTexts> texts, DateTimeOffset now)
    {
        var faults = new FormFaults();
        if (string.IsNullOrWhiteSpace(Name)) faults.Add(NameField, texts["Form.NameMissing"]);
        if (Scopes.IsEmpty) faults.Add(ScopesField, texts["Form.ScopesMissing"]);
        if (!TryReadRateLimit(out _)) faults.Add(RateLimitField, texts["Form.RateLimitWrong"]);
        if (End == KeyEnd.Date && EndOf(now) is null) faults.Add(EndField, texts["Form.DateMissing"]);
        else if (End == KeyEnd.Date && EndOf(now) <= now) faults.Add(EndField, texts["Form.DatePast"]);
        return faults;
    }

    public ApiKeyInput ToInput(DateTimeOffset now) => new()
    {
        Name = Name,
        Scopes = Scopes.ToScopes(),
        RateLimit = new(ReadRateLimit()),
        ExpiresAt = EndOf(now),
        AllowedAddresses = Lines(Addresses),
        Mode = Mode,
    };

    /// <summary>Only what differs, so that one person's change does not undo another's of a different field.</summary>
    public ApiKeyPatch ToPatch(ApiKeyResource before, DateTimeOffset now) => new()
    {
        Name = Changed<string?>(Name.Trim(), Name.Trim() != before.Name),
        Scopes = Changed<IReadOnlyList<string?>?>(Scopes.ToScopes(), !Scopes.Equals(before.Scopes)),
        RateLimit = Changed(ReadRateLimit(), ReadRateLimit() != before.RateLimit),
        ExpiresAt = Changed(EndOf(now), End != KeyEnd.Unchanged && EndOf(now) != before.ExpiresAt),
        AllowedAddresses = Changed<IReadOnlyList<string?>?>(Lines(Addresses), !Lines(Addresses).SequenceEqual(before.AllowedAddresses, StringComparer.Ordinal)),
    };

    private static Optional<T> Changed<T>(T value, bool changed) => changed ? new(value) : default;

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private bool TryReadRateLimit(out int? limit)
    {
        limit = null;
        if (string.IsNullOrWhiteSpace(RateLimit)) return true;
        if (!int.TryParse(RateLimit, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) || number < 1) return false;
        limit = number;
        return true;
    }

    private int? ReadRateLimit() => TryReadRateLimit(out var limit) ? limit : null;

    private DateTimeOffset? EndOf(DateTimeOffset now) => End switch
    {
        KeyEnd.Days30 => now.AddDays(30),
        KeyEnd.Days90 => now.AddDays(90),
        KeyEnd.Year => now.AddYears(1),
        KeyEnd.Date when EndDate is { } day =>
            // The last day is meant to be usable to its end.
            new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
        _ => null,
    };
}
