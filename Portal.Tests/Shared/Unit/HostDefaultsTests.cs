using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Portal.Shared;
using Xunit;

namespace Portal.Tests.Shared.Unit;

public sealed class HostDefaultsTests
{
    [Theory]
    [InlineData(null, HostDefaults.Url)]
    [InlineData("--urls=http://127.0.0.1:7000", "http://127.0.0.1:7000")]
    [InlineData("--http_ports=8080", null)]
    [InlineData("--Kestrel:Endpoints:Http:Url=http://127.0.0.1:7001", null)]
    public void Default_address_yields_to_any_other_that_is_configured(string? argument, string? expected)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddCommandLine(argument is null ? [] : [argument]);

        builder.UseHostDefaults();

        Assert.Equal(expected, builder.Configuration["urls"]);
    }
}
