using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Messages;

/// <summary>The requests of the document, over HTTP.</summary>
public sealed class MessagesApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Email_request_of_the_document_is_taken()
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "messages:write");
        var answer = await client.Post("/api/messages/email", """
            {"provider":"sendgrid","to":["jane@company.com"],"cc":["c@company.com"],"from":"sales@company.com","subject":"Welcome",
             "content":{"text":"Hello","html":"<p>Hello</p>"},"attachments":[{"filename":"a.txt","content":"YQ==","content_type":"text/plain"}]}
            """);
        Assert.Equal(202, answer.Status);
        var response = answer.Json.GetProperty("data");
        Assert.Equal(["message_id", "status", "provider_response", "timestamp"], response.EnumerateObject().Select(field => field.Name));
        Assert.Equal("queued", response.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Sms_request_of_the_document_is_taken()
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "messages:write");
        var answer = await client.Post("/api/v1/messages/sms", """{"provider":"twilio","to":"+15550123456","from":"+15550100","message":"Hello"}""");
        Assert.Equal(202, answer.Status);
        Assert.Equal(["message_id", "status", "provider_response", "cost", "timestamp"], answer.Json.EnumerateObject().Select(field => field.Name));
        Assert.StartsWith("twilio is not connected.", answer.Text("provider_response.detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("email", """{"to":["x"],"subject":"s","content":{"text":"t"}}""", "to[0]")]
    [InlineData("email", """{"to":[null],"subject":"s","content":{"text":"t"}}""", "to[0]")]
    [InlineData("email", """{"to":["a@b.co"],"subject":"s","content":{"text":"t"},"attachments":[null]}""", "attachments[0].filename")]
    [InlineData("email", """{"subject":"s"}""", "to")]
    [InlineData("sms", """{"to":"5","message":"m"}""", "to")]
    [InlineData("sms", """{"to":"+15550123456","message":"m","media_urls":[null]}""", "media_urls[0]")]
    public async Task What_cannot_be_sent_is_refused_for_its_field(string kind, string body, string field)
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "messages:write");
        var answer = await client.Post($"/api/v1/messages/{kind}", body);
        Assert.Equal((400, "VALIDATION_ERROR", field), (answer.Status, answer.Text("error.code"), answer.Text("error.details.field")));
    }

    [Theory]
    [InlineData("/api/v1/messages/email")]
    [InlineData("/api/v1/messages/sms")]
    public async Task Sending_needs_its_scope(string path)
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "messages:read", "contacts:write");
        Assert.Equal(403, (await client.Post(path, "{}")).Status);
    }
}
