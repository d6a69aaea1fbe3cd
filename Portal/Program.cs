using Portal.Shared;

var builder = WebApplication.CreateBuilder(args);
builder.UseHostDefaults();
builder.Services.AddPortalPages();

var app = builder.Build();
app.UsePortalPages();
app.UseAuthorization();
app.MapPortalPages();
app.Run();
