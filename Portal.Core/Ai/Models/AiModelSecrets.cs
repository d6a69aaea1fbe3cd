using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Portal.Core.Ai.Models;

/// <summary>Encrypts the headers of models. Not to be called in a unit of work: the key ring may have to be read.</summary>
public sealed class AiModelSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Portal.Ai.Model");

    internal string? Protect(IReadOnlyDictionary<string, string> headers) =>
        headers.Count == 0 ? null : Convert.ToBase64String(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(headers)));

    internal Dictionary<string, string> Reveal(string? stored) =>
        stored is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(_protector.Unprotect(Convert.FromBase64String(stored)))!;
}
