using Portal.Shared;

var builder = WebApplication.CreateBuilder(args);
builder.UseDefaultUrl();
builder.Services.AddPortalPages();

var app = builder.Build();
app.UsePortalPages();
app.MapPortalPages();
app.Run();
