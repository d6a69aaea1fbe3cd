using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;

namespace Portal.Docs;

/// <summary>What the playground's island gets: wwwroot-assets/src/islands/playground/props.ts.</summary>
/// <param name="DocumentUrl">The OpenAPI document.</param>
/// <param name="ValidatorUrl">The script of the worker that checks schemas.</param>
/// <param name="LogsUrl">The request log's page; null where there is none.</param>
/// <param name="Keys">The organization's keys that work.</param>
/// <param name="MayLend">Whether the user may borrow and make keys.</param>
/// <param name="Key">The key that the address names.</param>
/// <param name="Operation">The operation that the address names.</param>
/// <param name="Logged">A logged request to be opened.</param>
/// <param name="StorageKey">Names user and organization in the browser's storage.</param>
/// <param name="Errors">What each error code means.</param>
/// <param name="Texts">The texts of <see cref="PlaygroundTexts"/>.</param>
public sealed record PlaygroundProps(
    string DocumentUrl, string ValidatorUrl, string? LogsUrl, IReadOnlyList<KeyChoice> Keys, bool MayLend, string? Key, string? Operation, LoggedRequest? Logged,
    string StorageKey, IReadOnlyDictionary<string, ErrorText> Errors, IReadOnlyDictionary<string, string> Texts);

/// <summary>A key to choose.</summary>
/// <param name="Mode"><c>live</c> or <c>test</c>.</param>
/// <param name="Shown">What may be seen of the secret.</param>
public sealed record KeyChoice(string Id, string Name, string Mode, string Shown, IReadOnlyList<string> Scopes)
{
    internal static KeyChoice Of(ApiKeyResource key) =>
        new(key.Id, key.Name, key.Mode == ApiMode.Test ? "test" : "live", $"{key.Prefix}…{key.LastFour}", key.Scopes);
}

/// <summary>A request that was logged, as far as it may be sent again.</summary>
/// <param name="Path">With its query.</param>
/// <param name="Body">Secrets masked; empty where it was not kept in full.</param>
public sealed record LoggedRequest(string Method, string Path, IReadOnlyList<RequestHeader> Headers, string Body)
{
    // What a client sends by itself, its credential and its idempotency key are not the request.
    private static readonly string[] Kept = ["API-Version", "X-Organization-ID", "Content-Type"];

    internal static LoggedRequest Of(RequestLogEntry entry)
    {
        var sent = entry.Exchange?.Request;
        var headers = sent?.Headers.Where(header => Kept.Contains(header.Name, StringComparer.OrdinalIgnoreCase)) ?? [];
        return new LoggedRequest(
            entry.Row.Method,
            entry.Row.Path + (string.IsNullOrEmpty(entry.Query) ? "" : "?" + entry.Query.TrimStart('?')),
            [.. headers.Select(header => new RequestHeader(header.Name, header.Value))],
            sent is { IsCut: false, Body: { } body } ? body : "");
    }
}

/// <summary>A header of a request.</summary>
public sealed record RequestHeader(string Name, string Value);

/// <summary>What an error code means and what to do about it.</summary>
public sealed record ErrorText(string Meaning, string Remedy);

/// <summary>What an island's question got: a result, or a sentence that says why not.</summary>
public sealed record Answered<T>(T? Result, string? Refusal);

/// <summary>A lent key's token.</summary>
/// <param name="Lifetime">Milliseconds from now: the browser's clock may be wrong.</param>
public sealed record LentToken(string LoanId, string Token, double Lifetime)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => LoanId;
}
