using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Shared;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Shared.Components;

/// <summary>A bUnit context with what every part asks for.</summary>
public abstract class PartTest : BunitContext
{
    protected PartTest()
    {
        Services.AddLocalization();
        Services.AddLogging();
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddScoped<Toasts>();
    }

    /// <summary>The clock of the parts.</summary>
    protected ManualTime Time { get; } = new(new DateTimeOffset(2026, 11, 22, 9, 30, 0, TimeSpan.Zero));
}
