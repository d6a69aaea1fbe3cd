using Portal.Core.Access;
using Portal.Core.Shared.Data;

namespace Portal.Api.Access;

/// <summary>The examples of accounts, sessions and API keys in the API's documents.</summary>
internal static class AccessExamples
{
    private const string UserId = "usr_06bv59hk2xq4s0d2k8h1r3n7zh";
    private const string OrganizationId = "org_06bv59hk3xq4s0d2k8h1r3n7zm";
    private const string Secret = "dyn_live_EXAMPLEexampleEXAMPLEexampleEXAMPLEexample1_0AbCdE";
    private static readonly DateTimeOffset Created = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);
    private static readonly OrganizationResource Organization = new(OrganizationId, "Analytical Engines Ltd", Plan.Free, Role.Owner);
    private static readonly SessionUser User = new(UserId, "Ada Lovelace", "ada@analytical.example", Role.Owner, OrganizationId, null);

    public static readonly RegisterRequest Register = new("ada@analytical.example", "correct horse battery staple 7", "Ada", "Lovelace", "Analytical Engines Ltd");

    public static readonly UserResponse Registered = new(UserId, "ada@analytical.example", "Ada", "Lovelace", Organization, Created);

    public static readonly LoginRequest Login = new("ada@analytical.example", "correct horse battery staple 7");

    public static readonly AuthTokens Tokens = new("example.access.token", "example-refresh-token-1", "bearer", 1800, User);

    public static readonly RefreshRequest Refresh = new("example-refresh-token-1");

    public static readonly AuthTokens NextTokens = Tokens with { AccessToken = "example.access.token2", RefreshToken = "example-refresh-token-2" };

    public static readonly CurrentUser Me = new(
        UserId, User.Name, User.Email, User.Role, OrganizationId, null, "Ada", "Lovelace", true, Created, [Organization]);

    public static readonly CreateKeyRequest NewKey = new()
    {
        Name = "Website forms",
        Scopes = ["contacts:write", "deals:read"],
        RateLimit = new(600),
        ExpiresAt = new DateTimeOffset(2030, 12, 31, 0, 0, 0, TimeSpan.Zero),
        AllowedAddresses = ["203.0.113.0/24", "2001:db8::/32"],
        Mode = ApiMode.Live,
    };

    public static readonly CreateKeyRequest NewKeyByPreset = new() { Name = "Reports", Preset = "read_only" };

    public static readonly UpdateKeyRequest KeyChange = new() { Name = new("Website forms and chat"), RateLimit = new(1200) };

    public static readonly RotateKeyRequest Rotation = new() { OverlapSeconds = 3600 };

    public static readonly ApiKeyResource Key = new()
    {
        Id = "key_06bv5e2rbxq4s0d2k8h1r3n7zp",
        Name = "Website forms",
        Mode = ApiMode.Live,
        Prefix = "dyn_live_EXAM",
        LastFour = "bCdE",
        Scopes = ["contacts:write", "deals:read"],
        RateLimit = 600,
        ExpiresAt = new DateTimeOffset(2030, 12, 31, 0, 0, 0, TimeSpan.Zero),
        AllowedAddresses = ["203.0.113.0/24", "2001:db8::/32"],
        Enabled = true,
        Status = ApiKeyStatus.Active,
        UserId = UserId,
        CreatedAt = Created,
        RevokedAt = null,
        ReplacedById = null,
        LastUsedAt = null,
        LastUsedAddress = null,
    };

    public static readonly ApiKeyResource ChangedKey = Key with { Name = "Website forms and chat", RateLimit = 1200 };

    public static readonly ApiKeyResource RevokedKey = Key with { Status = ApiKeyStatus.Revoked, RevokedAt = Created.AddDays(2) };

    public static readonly IssuedApiKey Issued = new(Key, Secret);

    public static readonly IssuedApiKey IssuedByPreset = new(
        Key with
        {
            Id = "key_06bv5e9vhxq4s0d2k8h1r3n7zq", Name = "Reports", Scopes = ["contacts:read", "deals:read"], RateLimit = 1000, ExpiresAt = null, AllowedAddresses = [],
        },
        Secret);

    public static readonly IssuedApiKey Successor = new(Key with { Id = "key_06bv5ed5kxq4s0d2k8h1r3n7zr" }, Secret);

    public static readonly UsageReport Usage = new(
        new DateTimeOffset(2024, 3, 1, 0, 0, 0, TimeSpan.Zero), Created, 1250, 12, 600,
        new Dictionary<string, EndpointUsage>(StringComparer.Ordinal)
        {
            ["/api/v1/contacts"] = new(1000, 10),
            ["/api/v1/contacts/{id}"] = new(250, 2),
        });
}
