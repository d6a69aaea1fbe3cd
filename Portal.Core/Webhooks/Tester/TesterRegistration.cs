using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Ids;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Core.Webhooks.Tester;

internal static class TesterRegistration
{
    public static void AddTester(this IServiceCollection services, IConfiguration configuration)
    {
        var options = new TesterOptions();
        configuration.GetSection(TesterOptions.Section).Bind(options);
        if (options.Faults().ToArray() is { Length: > 0 } faults) throw new InvalidOperationException(string.Join(Environment.NewLine, faults));
        services.AddSingleton(options);
        services.AddSingleton<InboxAddress>();
        services.AddSingleton<TesterInboxes>();
        services.AddSingleton<InboxReceiver>();
        services.AddSingleton<InboxPost>();
        services.AddSingleton<TesterTargets>();
        services.AddSingleton(provider => new TestSender(
            provider.GetRequiredService<EventTypeService>(), provider.GetRequiredService<TesterTargets>(), provider.GetRequiredService<InboxAddress>(), provider.GetRequiredService<InboxPost>(),
            provider.GetRequiredService<OutboundHttp>(), provider.GetRequiredService<WindowRegistry>(), provider.GetRequiredService<IdGenerator>(), provider.GetRequiredService<TimeProvider>(), options));
        services.AddSingleton(new Retention((db, now) => db.Across<TesterInbox>().Where(row => row.UsedAt < now - options.InboxLifetime).OrderBy(row => row.UsedAt)));
    }
}
