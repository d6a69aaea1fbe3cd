using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Shared;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Access;

/// <summary>The feature's door: accounts, organizations and their members, sessions, audit log.</summary>
public static class AccessRegistration
{
    private const int MostFailedSignIns = 10;
    private static readonly TimeSpan LockoutTime = TimeSpan.FromMinutes(5);

    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AccountsOptions>().Bind(configuration.GetSection(AccountsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccountsOptions>, AccountsOptionsValidation>();
        services.AddOptions<BootstrapOptions>().Bind(configuration.GetSection(BootstrapOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BootstrapOptions>, BootstrapOptionsValidation>();
        services.AddSingleton(new PublicAddress(configuration));
        services.AddIdentityServices();
        services.AddApiKeys();

        // Kept a while beyond their end, so that a refresh token that was stolen is still known for one.
        services.AddSingleton(new Retention((db, now) => db.Sessions.Where(session => session.ExpiresAt < now - SessionLifetimes.KeptAfterEnd).OrderBy(session => session.ExpiresAt)));
        services.AddSingleton<UserUnits>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<NewAccounts>();
        services.AddSingleton<AccountMails>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<Organizations>();
        services.AddSingleton<MembershipChanges>();
        services.AddSingleton<Members>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<Joining>();
        services.AddSingleton<OrganizationSettings>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<EmailChanges>();
        services.AddSingleton<SecondFactor>();
        services.AddSingleton<TwoFactor>();
        services.AddSingleton<Passkeys>();
        services.AddSingleton<BrowserSessions>();
        services.AddSingleton<UserSessions>();
        services.AddSingleton<Profiles>();
        services.AddSingleton<FirstSteps>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<SetUp>();
        services.AddSingleton<Bootstrap>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RevokedSessions>();
        services.AddSingleton<TokenValidator>();
        services.AddSingleton<SessionRevocation>();
        services.AddSingleton<Sessions>();
        services.AddSingleton(provider => new KeyLoans(
            provider.GetRequiredService<PortalStore>(),
            provider.GetRequiredService<AccessTokens>(),
            provider.GetRequiredService<IdGenerator>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<SessionRevocation>()));
        services.AddSingleton(provider => new AccessStartup(
            provider.GetRequiredService<KeyRingUpkeep>(),
            provider.GetRequiredService<SigningKeys>(),
            provider.GetRequiredService<RevokedSessions>(),
            provider.GetRequiredService<Bootstrap>(),
            provider.GetRequiredService<SetUp>()));
        return services;
    }

    private static void AddIdentityServices(this IServiceCollection services)
    {
        // Identity would add these per request; they hold nothing, and singletons here use them.
        services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
        services.AddSingleton<ILookupNormalizer, UpperInvariantLookupNormalizer>();
        services.AddSingleton<IdentityErrorDescriber>();
        services.AddIdentityCore<User>(options =>
            {
                options.Password.RequiredLength = Passwords.Shortest;
                options.Password.RequiredUniqueChars = 1;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Lockout.MaxFailedAccessAttempts = MostFailedSignIns;
                options.Lockout.DefaultLockoutTimeSpan = LockoutTime;
                options.User.RequireUniqueEmail = true;
                // The user name is the e-mail address, which may hold any character.
                options.User.AllowedUserNameCharacters = "";
            })
            .AddUserManager<PortalUserManager>()
            .AddTokenProvider<LinkTokens>(TokenOptions.DefaultProvider)
            .AddEntityFrameworkStores<PortalDbContext>();
    }
}
