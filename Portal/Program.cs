using Portal.Access;
using Portal.Api;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Gateway;
using Portal.Shared;

var builder = WebApplication.CreateBuilder(Portal.Shared.HostDefaults.Of(args));
builder.UseHostDefaults();
builder.WebHost.ConfigureKestrel(server =>
{
    server.AddServerHeader = false;
    server.Limits.MaxRequestBodySize = 1024 * 1024;
});
builder.Services.AddPortalCore(builder.Configuration);
builder.Services.AddPortalApi();
builder.Services.AddPortalPages();
builder.Services.AddPageAuthentication();

var app = builder.Build();
// Beside the mapping of endpoints, which takes about as long.
var data = Task.Run(PrepareData);

// API calls end in the gateway: they pass nothing that is meant for pages.
app.UseRouting();
app.UsePortalGateway();
app.UsePageHeaders();
app.UsePortalPages();
app.UseSetUpRedirect();
app.UseAuthentication();
app.UseAuthorization();
app.UseTwoFactorRedirect();
app.MapPortalApi();
app.MapPortalPages();
app.MapPageAccess();
app.MapUsageExport();
app.CheckEndpoints();
await data;
await app.RunAsync();

async Task PrepareData()
{
    await app.Services.GetRequiredService<DatabaseStartup>().Prepare(CancellationToken.None);
    await app.Services.GetRequiredService<LimitCatalog>().Load(CancellationToken.None);
    await app.Services.GetRequiredService<AccessStartup>().Prepare(CancellationToken.None);
}
