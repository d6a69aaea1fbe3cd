using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Shared;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Forms;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.Triggers;

internal static class TriggersRegistration
{
    /// <summary>What starts runs by itself, and what people do for runs.</summary>
    public static void AddTriggers(this IServiceCollection services)
    {
        services.AddSingleton<IScheduleClock, ScheduleClock>();
        services.AddSingleton<Schedules>();
        services.AddHostedService<ScheduleWorker>();
        services.AddSingleton<TriggerCache>();
        services.AddSingleton<TriggerLimits>();
        services.AddSingleton<HookReceiver>();
        services.AddSingleton<IEventConsumer, EventStarts>();
        services.AddSingleton<TaskCompletion>();
        services.AddSingleton<TaskNotices>();
        services.AddSingleton(provider => new TaskService(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<TaskCompletion>(), provider.GetRequiredService<PublicAddress>(),
            provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new HostedForms(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<TriggerCache>(), provider.GetRequiredService<TriggerLimits>(),
            provider.GetRequiredService<Executions>(), provider.GetRequiredService<TaskCompletion>(), provider.GetRequiredService<TimeProvider>()));
    }
}
