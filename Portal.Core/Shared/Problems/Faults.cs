using System.Net.Mail;

namespace Portal.Core.Shared.Problems;

/// <summary>Collects what is wrong with an input, so that its sender is told everything at once.</summary>
public sealed class Faults
{
    private readonly List<(ErrorCode Code, FieldFault Fault)> _found = [];

    public bool Any => _found.Count > 0;

    public void Add(string field, string reason, ErrorCode? code = null) => _found.Add((code ?? ErrorCode.Validation, new FieldFault(field, reason)));

    /// <summary>Takes over what another check found.</summary>
    public void AddAll(Faults others) => _found.AddRange(others._found);

    /// <summary>A text that must be there, not blank and at most <paramref name="longest"/> characters.</summary>
    public void Required(string field, string? value, int longest = 200)
    {
        if (string.IsNullOrWhiteSpace(value)) Add(field, $"{field} is required.", ErrorCode.MissingField);
        else Text(field, value, longest);
    }

    /// <summary>A text that may be missing but is at most <paramref name="longest"/> characters.</summary>
    public void Text(string field, string? value, int longest = 200)
    {
        if (value is null) return;
        if (value.Length > longest) Add(field, $"{field} is longer than {longest} characters.");
        else if (value.Contains('\0', StringComparison.Ordinal)) Add(field, $"{field} contains a null character.", ErrorCode.WrongFormat);
        else if (HasLoneSurrogate(value)) Add(field, $"{field} is not well-formed Unicode.", ErrorCode.WrongFormat);
    }

    public void Email(string field, string? value)
    {
        if (value is null) return;
        Text(field, value, 320);
        if (!MailAddress.TryCreate(value, out var address) || address.Address != value || !value.Split('@')[^1].Contains('.', StringComparison.Ordinal))
            Add(field, "Invalid email format", ErrorCode.WrongFormat);
    }

    public void OneOf(string field, string? value, params ReadOnlySpan<string> allowed)
    {
        if (value is not null && !allowed.Contains(value)) Add(field, $"{field} must be one of {string.Join(", ", allowed)}.");
    }

    /// <summary>An amount of money: at most two decimals and at most 10^13, which both databases hold exactly.</summary>
    public void Amount(string field, decimal? value, bool negative = false)
    {
        if (value is not { } amount) return;
        if (decimal.Round(amount, 2) != amount) Add(field, $"{field} has more than two decimals.", ErrorCode.WrongFormat);
        else if (Math.Abs(amount) > 10_000_000_000_000m) Add(field, $"{field} is too large.");
        else if (amount < 0 && !negative) Add(field, $"{field} must not be negative.");
    }

    public void Currency(string field, string? value)
    {
        if (value is not null && !(value.Length == 3 && value.All(char.IsAsciiLetterUpper))) Add(field, $"{field} must be an ISO 4217 code such as USD.", ErrorCode.WrongFormat);
    }

    /// <summary>
    /// Whether both databases take a text: PostgreSQL cannot store U+0000, and neither stores half a surrogate pair. An
    /// id or a cursor that is not storable names nothing, and must not reach a query.
    /// </summary>
    internal static bool IsStorable(string value) => !value.Contains('\0', StringComparison.Ordinal) && !HasLoneSurrogate(value);

    /// <exception cref="ProblemException">Something was found.</exception>
    public void ThrowIfAny()
    {
        if (_found.Count == 0) return;
        var (code, first) = _found[0];
        throw (Problem.Field(code, first.Field, first.Reason) with { Errors = [.. _found.Select(found => found.Fault)] }).AsException();
    }

    private static bool HasLoneSurrogate(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i])) continue;
            if (!char.IsHighSurrogate(value[i]) || i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1])) return true;
            i++;
        }

        return false;
    }
}
