namespace Portal.Tests.Infrastructure.Tests;

public sealed class NodeToolTests
{
    private const string Document = """
        openapi: 3.1.0
        info:
          title: Small
          description: A document that linters accept.
          version: 1.0.0
          license: { name: MIT, identifier: MIT }
          contact: { name: Someone, email: someone@example.org }
        servers: [ { url: https://portal.test } ]
        security: [ { key: [] } ]
        tags: [ { name: things, description: Things. } ]
        paths:
          /things/{id}:
            get:
              operationId: getThing
              summary: Read a thing
              description: Reads one.
              tags: [things]
              parameters: [ { name: id, in: path, required: true, description: Its id., schema: { type: string } } ]
              responses:
                '200': { description: It, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
                '404': { description: No such thing }
        components:
          securitySchemes: { key: { type: apiKey, in: header, name: X-API-Key } }
          schemas: { Thing: { type: object, required: [id], properties: { id: { type: string } } } }
        """;

    [Fact]
    public async Task Linters_accept_a_good_document_and_refuse_a_broken_one()
    {
        var folder = TestRun.NewDirectory("openapi");
        await File.WriteAllTextAsync(Path.Combine(folder, "good.yaml"), Document);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "broken.yaml"), Document.Replace("'404'", "'not a status'", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder, "ruleset.yaml"), "extends: [\"spectral:oas\"]");

        (await NodeTool.RunAsync("redocly", ["lint", "good.yaml"], folder)).Succeeded();
        (await NodeTool.RunAsync("spectral", ["lint", "good.yaml", "--ruleset", "ruleset.yaml"], folder)).Succeeded();
        Assert.NotEqual(0, (await NodeTool.RunAsync("redocly", ["lint", "broken.yaml"], folder)).ExitCode);
        Assert.NotEqual(
            0, (await NodeTool.RunAsync("spectral", ["lint", "broken.yaml", "--ruleset", "ruleset.yaml"], folder)).ExitCode);
    }

    [Fact]
    public async Task Generated_types_compile()
    {
        var folder = TestRun.NewDirectory("types");
        await File.WriteAllTextAsync(Path.Combine(folder, "good.yaml"), Document);
        (await NodeTool.RunAsync("openapi-typescript", ["good.yaml", "-o", "api.ts"], folder)).Succeeded();
        await File.WriteAllTextAsync(
            Path.Combine(folder, "use.ts"),
            "import type { components } from './api';\nexport const t: components['schemas']['Thing'] = { id: 1 };");
        (await NodeTool.RunAsync("tsc", ["--noEmit", "--strict", "api.ts"], folder)).Succeeded();
        var wrong = await NodeTool.RunAsync("tsc", ["--noEmit", "--strict", "use.ts"], folder);
        Assert.Contains("TS2322", wrong.Output, StringComparison.Ordinal);
    }
}
