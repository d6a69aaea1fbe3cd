using Bunit;
using Microsoft.Extensions.DependencyInjection;

namespace Portal.Tests.Shared.Components;

/// <summary>A bUnit context with what every part asks for.</summary>
public abstract class PartTest : BunitContext
{
    protected PartTest()
    {
        Services.AddLocalization();
        Services.AddLogging();
    }
}
