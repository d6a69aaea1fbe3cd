using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Gateway.Data;

public sealed class LimitCatalogOnSqliteTests(SqliteCore core) : LimitCatalogTests(core), IClassFixture<SqliteCore>;

public sealed class LimitCatalogOnPostgresTests(PostgresCore core) : LimitCatalogTests(core), IClassFixture<PostgresCore>;

/// <summary>Limits that an operator saved, also with a version that knew fewer of them.</summary>
public abstract class LimitCatalogTests(CoreHost core)
{
    // As the portal wrote it before plans limited executions, AI, storage and members, and before they had features.
    private const string OldRow = """
        {"free":{"categories":{"crm_read":500},"patterns":[],"monthly_calls":200,"webhook_endpoints":null},
         "premium":{"categories":{},"patterns":[],"monthly_calls":null,"webhook_endpoints":9,"features":[]},
         "enterprise":{"categories":{},"patterns":[],"monthly_calls":null,"webhook_endpoints":null,"features":["*"]},
         "global_per_minute":null,"default_key_rate_limit":77}
        """;

    [Fact]
    public async Task What_an_older_version_did_not_know_is_as_by_default()
    {
        await Write(OldRow);
        using var catalog = await Catalog();
        var (free, premium, enterprise) = (catalog.Current.Free, catalog.Current.Premium, catalog.Current.Enterprise);
        Assert.Equal((100, 50, 100_000, 100, 5), (free.WorkflowExecutions, free.AiCalls, free.AiTokens, free.StorageMb, free.Collaborators));
        Assert.Equal((10_000, 2000, 5_000_000, 10_000, 50), (premium.WorkflowExecutions, premium.AiCalls, premium.AiTokens, premium.StorageMb, premium.Collaborators));
        Assert.Equal((null, null, null, null, null), (enterprise.WorkflowExecutions, enterprise.AiCalls, enterprise.AiTokens, enterprise.StorageMb, enterprise.Collaborators));
        Assert.Empty(free.Features);
    }

    [Fact]
    public async Task What_it_did_know_is_as_it_was_saved_and_null_is_unlimited()
    {
        await Write(OldRow);
        using var catalog = await Catalog();
        var (free, premium) = (catalog.Current.Free, catalog.Current.Premium);
        Assert.Equal((200, null, null, 9), (free.MonthlyCalls, free.WebhookEndpoints, premium.MonthlyCalls, premium.WebhookEndpoints));
        Assert.Equal((500, 1, 0), (free.Categories[RateCategory.CrmRead], free.Categories.Count, free.Patterns.Count));
        Assert.Equal((77, null, 0), (catalog.Current.DefaultKeyRateLimit, catalog.Current.GlobalPerMinute, premium.Features.Count));
    }

    [Fact]
    public async Task Default_is_what_the_configuration_says()
    {
        await Write(OldRow);
        using var catalog = await Catalog(("Limits:Free:AiCalls", "7"), ("Limits:Free:MonthlyCalls", "8"));
        Assert.Equal((7, 200), (catalog.Current.Free.AiCalls, catalog.Current.Free.MonthlyCalls));
    }

    [Fact]
    public async Task What_is_saved_reads_back_with_every_limit_that_was_lifted()
    {
        using var catalog = await Catalog();
        var saved = LimitsDocument.Default with
        {
            Free = LimitsDocument.Default.Free with { WorkflowExecutions = null, AiCalls = 3, AiTokens = null, StorageMb = null, Collaborators = null, MonthlyCalls = null },
        };
        await catalog.Save(saved, default);
        using var other = await Catalog();
        Assert.True(JsonNode.DeepEquals(JsonSerializer.SerializeToNode(saved, PortalJson.Options), JsonSerializer.SerializeToNode(other.Current, PortalJson.Options)));
    }

    private async Task<LimitCatalog> Catalog(params (string Key, string Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        var catalog = core.Make<LimitCatalog>(configuration);
        await catalog.Load(default);
        return catalog;
    }

    private Task Write(string row) => core.Get<PortalStore>().WriteAcross(async (db, token) =>
    {
        await db.Settings.Where(setting => setting.Name == "limits").ExecuteDeleteAsync(token);
        db.Settings.Add(new Setting { Name = "limits", Value = row, ChangedAt = core.Time.GetUtcNow() });
        return true;
    }, default);
}
