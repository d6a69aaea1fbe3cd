using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Mail;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Shared.Data;

public sealed class RetentionSweepOnSqliteTests(SqliteCore core) : RetentionSweepTests(core), IClassFixture<SqliteCore>;

public sealed class RetentionSweepOnPostgresTests(PostgresCore core) : RetentionSweepTests(core), IClassFixture<PostgresCore>;

public abstract class RetentionSweepTests(CoreHost core)
{
    [Fact]
    public async Task Sessions_and_mails_go_a_month_after_their_end_and_what_still_counts_stays()
    {
        var now = core.Time.GetUtcNow();
        await core.Get<PortalStore>().WriteAcross((db, _) =>
        {
            db.Users.Add(new User { Id = "usr_1", FirstName = "Ada", LastName = "Byron", CreatedAt = now });
            db.Sessions.AddRange(Session("ses_old", now.AddDays(-31)), Session("ses_ended", now.AddDays(-29)), Session("ses_open", now.AddDays(1)));
            db.RefreshTokens.Add(new RefreshToken { Hash = [1], SessionId = "ses_old", CreatedAt = now, ExpiresAt = now });
            db.Mails.AddRange(Mail("mail_sent", now.AddDays(-31), null), Mail("mail_waiting", now.AddDays(-31), now), Mail("mail_new", now, null));
            return Task.FromResult(true);
        }, CancellationToken.None);

        Assert.Equal(2, await core.Get<RetentionSweep>().Sweep(CancellationToken.None));

        await using var db = core.Get<PortalStore>().ReadAcross();
        Assert.Equal(["ses_ended", "ses_open"], await db.Sessions.Select(session => session.Id).Order().ToListAsync());
        Assert.Equal(["mail_new", "mail_waiting"], await db.Mails.Select(mail => mail.Id).Order().ToListAsync());
        Assert.Empty(await db.RefreshTokens.ToListAsync());
    }

    private static Session Session(string id, DateTimeOffset expiresAt) => new()
    {
        Id = id, UserId = "usr_1", OrganizationId = "org_1", CreatedAt = expiresAt.AddDays(-7), LastSeenAt = expiresAt.AddDays(-7), ExpiresAt = expiresAt,
    };

    private static OutboxMail Mail(string id, DateTimeOffset createdAt, DateTimeOffset? dueAt) =>
        new() { Id = id, To = "ada@example.com", Subject = "Hello", Body = "…", CreatedAt = createdAt, DueAt = dueAt };
}
