using Portal.Core.Shared.Problems;
using Portal.Core.Shared.Security;

namespace Portal.Core.Access;

/// <summary>What the parts of a key may be; each reader notes its faults and returns what is stored.</summary>
internal static class ApiKeyRules
{
    public const int LargestRateLimit = 1_000_000;
    public const int MostAddresses = 100;

    /// <summary>More than there are, so that a list which is only wrong is not answered at length.</summary>
    public const int MostScopes = 200;

    /// <summary>Longest time for which a replaced key may go on working.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    public static string Name(Faults faults, string? name)
    {
        faults.Required("name", name);
        return name?.Trim() ?? "";
    }

    /// <summary>Scopes in their canonical spelling. Each element at fault is named by its place.</summary>
    /// <param name="field">What the request calls the list.</param>
    public static List<string> Scopes(Faults faults, string field, IReadOnlyList<string?>? given)
    {
        var scopes = new List<string>();
        if (given is not { Count: > 0 })
        {
            faults.Add(field, $"{field} must name at least one scope.", ErrorCode.MissingField);
        }
        else if (given.Count > MostScopes)
        {
            faults.Add(field, $"{field} names more than {MostScopes} scopes.");
        }
        else
        {
            for (var i = 0; i < given.Count; i++)
            {
                if (!Access.Scopes.TryNormalize(given[i], out var scope)) faults.Add($"{field}[{i}]", "This scope does not exist.");
                else if (scopes.Contains(scope)) faults.Add($"{field}[{i}]", $"{scope} is named twice.");
                else scopes.Add(scope);
            }
        }

        return scopes;
    }

    /// <summary>The scopes of a request for a new key, which names them or a preset.</summary>
    public static List<string> Scopes(Faults faults, ApiKeyInput input)
    {
        if (input.Preset is null) return Scopes(faults, input.ScopesField, input.Scopes);
        if (input.Scopes is not null) faults.Add("preset", $"Give preset or {input.ScopesField}, not both.");
        if (ApiKeyPresets.Find(input.Preset) is { } preset) return [.. preset.Scopes];
        faults.Add("preset", $"preset must be one of {string.Join(", ", ApiKeyPresets.All.Select(known => known.Id))}.");
        return [];
    }

    /// <param name="field">What the request calls the limit.</param>
    public static int? RateLimit(Faults faults, string field, int? limit)
    {
        if (limit is < 1 or > LargestRateLimit) faults.Add(field, $"{field} must be from 1 to {LargestRateLimit} calls a minute.");
        return limit;
    }

    /// <summary>Ranges as they are stored; null and empty allow all. What is named twice is kept once.</summary>
    public static List<string> Addresses(Faults faults, IReadOnlyList<string?>? given)
    {
        var addresses = new List<string>();
        if (given is null) return addresses;
        if (given.Count > MostAddresses) faults.Add("allowed_addresses", $"allowed_addresses has more than {MostAddresses} entries.");
        else
        {
            for (var i = 0; i < given.Count; i++)
            {
                if (!AddressRange.TryParse(given[i], out var range, out var reason)) faults.Add($"allowed_addresses[{i}]", reason, ErrorCode.WrongFormat);
                else if (!addresses.Contains(range.ToString())) addresses.Add(range.ToString());
            }
        }

        return addresses;
    }
}
