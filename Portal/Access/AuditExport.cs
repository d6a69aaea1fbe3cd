using System.Globalization;
using System.Text;
using Portal.Core.Access;
using Portal.Shared;

namespace Portal.Access;

/// <summary>The audit log as a CSV file (RFC 4180), with the page's filters.</summary>
internal static class AuditExport
{
    internal const string Path = "/organization/audit.csv";

    // A spreadsheet would take a text that begins so for a formula.
    private const string FormulaMarks = "=+-@\t\r";
    private static readonly string[] Columns = ["time", "action", "summary", "actor_type", "actor_id", "actor_name", "target_type", "target_id", "address", "changes", "id"];

    /// <summary>The filter that a page's address names; days are whole ones in UTC, what is no day is left out.</summary>
    internal static AuditFilter Filter(string? actor, string? action, string? target, string? from, string? until) =>
        new(actor, action, target, Day(from), Day(until)?.AddDays(1));

    internal static async Task Write(HttpContext http, PageUsers users, AuditTrail trail, TimeProvider time, string? actor, string? action, string? target, string? from, string? until)
    {
        if (await users.Find(http.User, http.RequestAborted) is not { MustSetUpTwoFactor: false } user || !user.May("audit:read"))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"audit-log-{time.GetUtcNow():yyyy-MM-dd}.csv\"";
        await using var writer = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await writer.WriteAsync(Line(Columns));
        await foreach (var entry in trail.Export(user.AsActor(), Filter(actor, action, target, from, until), http.RequestAborted))
        {
            await writer.WriteAsync(Line(
                entry.CreatedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), entry.Action, entry.Summary, entry.ActorType, entry.ActorId,
                entry.ActorName, entry.TargetType, entry.TargetId, entry.Address, entry.Changes?.ToJsonString(), entry.Id));
        }
    }

    /// <summary>A record with its line end.</summary>
    internal static string Line(params string?[] fields) => string.Join(',', fields.Select(Field)) + "\r\n";

    private static string Field(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var safe = FormulaMarks.Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static DateTimeOffset? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1970 and < 9999
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            : null;
}
