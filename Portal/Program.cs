using Portal.Api;
using Portal.Core;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(server =>
{
    server.AddServerHeader = false;
    server.Limits.MaxRequestBodySize = 1024 * 1024;
});
builder.Services.AddPortalCore(builder.Configuration);
builder.Services.AddPortalApi();

var app = builder.Build();
await app.Services.GetRequiredService<DatabaseStartup>().Prepare(CancellationToken.None);
await app.Services.GetRequiredService<LimitCatalog>().Load(CancellationToken.None);

app.UseRouting();
app.UsePortalGateway();
app.MapPortalApi();
app.CheckEndpoints();
await app.RunAsync();
