using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Portal.Core.Access;
using Portal.Core.Ai;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Mail;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Inbound;
using Portal.Core.Webhooks.Tester;
using Portal.Core.Workflows;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Shared.Unit;

/// <summary>appsettings.sample.json says all there is to set, with the defaults that hold.</summary>
public sealed class SampleSettingsTests
{
    private static readonly string Sample = Path.Combine(Repository.Root, "appsettings.sample.json");
    private static readonly IConfiguration Configuration = new ConfigurationBuilder().AddJsonFile(Sample).Build();

    public static TheoryData<string, Type> Sections => new()
    {
        { "Accounts", typeof(AccountsOptions) }, { "Bootstrap", typeof(BootstrapOptions) },
        { "Mail", typeof(MailOptions) }, { "RequestLog", typeof(RequestLogOptions) }, { "Limits", typeof(LimitsDocument) },
        { "Security", typeof(SecurityOptions) }, { InboundOptions.Section, typeof(InboundOptions) }, { DeliveryOptions.Section, typeof(DeliveryOptions) },
        { TesterOptions.Section, typeof(TesterOptions) }, { AiOptions.Section, typeof(AiOptions) },
        { WorkflowOptions.Section, typeof(WorkflowOptions) },
    };

    [Theory]
    [MemberData(nameof(Sections))]
    public void Section_names_every_option_and_no_other(string section, Type options)
    {
        var named = section.Split(':').Aggregate(Document(), (json, name) => json.GetProperty(name)).EnumerateObject().Select(option => option.Name).Order(StringComparer.Ordinal);
        var existing = options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).Order(StringComparer.Ordinal);
        Assert.Equal(existing, named);
    }

    [Fact]
    public void Options_class_that_is_bound_from_a_section_is_in_the_list_above()
    {
        var bound = typeof(PortalStore).Assembly.GetTypes().Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.IsPublic);
        // The database's are read one by one; its section is checked below.
        Assert.Equal([nameof(AccountsOptions), nameof(AiOptions), nameof(BootstrapOptions), nameof(DatabaseOptions), nameof(DeliveryOptions), nameof(InboundOptions), nameof(MailOptions), nameof(RequestLogOptions), nameof(SecurityOptions), nameof(TesterOptions), nameof(WorkflowOptions)],
            bound.Select(type => type.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["ConnectionString", "Provider"], Document().GetProperty("Database").EnumerateObject().Select(option => option.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Defaults_it_states_are_the_defaults()
    {
        Same(new AccountsOptions(), "Accounts");
        Same(new MailOptions(), "Mail");
        Same(new RequestLogOptions(), "RequestLog");
        Same(new SecurityOptions(), "Security");
        Same(new InboundOptions(), InboundOptions.Section);
        Same(new DeliveryOptions(), DeliveryOptions.Section);
        Same(new TesterOptions(), TesterOptions.Section);
        Same(new AiOptions(), AiOptions.Section);
        Same(new WorkflowOptions(), WorkflowOptions.Section);
        var limits = new LimitsDocument();
        Configuration.GetSection("Limits").Bind(limits);
        // The binder sorts the categories, which have no order.
        Assert.True(JsonNode.DeepEquals(
            JsonSerializer.SerializeToNode(LimitsDocument.Default, PortalJson.Options), JsonSerializer.SerializeToNode(limits, PortalJson.Options)));

        static void Same<T>(T defaults, string section) where T : new()
        {
            var stated = new T();
            Configuration.GetSection(section).Bind(stated);
            Assert.Equal(JsonSerializer.Serialize(defaults), JsonSerializer.Serialize(stated));
        }
    }

    private static JsonElement Document() =>
        JsonDocument.Parse(File.ReadAllText(Sample), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }).RootElement;
}
