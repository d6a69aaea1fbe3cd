using System.Text.Json;
using Portal.Core.Crm;
using Portal.Core.Shared.Json;

namespace Portal.Tests.Shared.Unit;

public sealed class OptionalTests
{
    [Fact]
    public void Absent_null_and_given_are_told_apart()
    {
        var patch = Read("""{"title":null,"value":12.5,"expected_close_date":"2024-02-29","unknown":1}""");
        Assert.False(patch.Notes.IsSet);
        Assert.True(patch.Title is { IsSet: true, Value: null });
        Assert.Equal(12.5m, patch.Value.Value);
        Assert.Equal(new DateOnly(2024, 2, 29), patch.ExpectedCloseDate.Value);
    }

    [Theory]
    [InlineData("""{"value":"12"}""", "$.value")]
    [InlineData("""{"stage_id":1.5}""", "$.stage_id")]
    [InlineData("""{"stage_id":99999999999}""", "$.stage_id")]
    [InlineData("""{"value":1e400}""", "$.value")]
    [InlineData("""{"title":7}""", "$.title")]
    [InlineData("""{"title":"\ud800"}""", "$.title")]
    [InlineData("""{"expected_close_date":"2023-02-29"}""", "$.expected_close_date")]
    public void Wrong_type_names_the_field(string json, string path) =>
        Assert.Equal(path, Assert.ThrowsAny<JsonException>(() => Read(json)).Path);

    [Fact]
    public void Wrong_type_within_a_list_names_the_field() =>
        Assert.StartsWith("$.tags", Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<ContactPatch>("""{"tags":["a",7]}""", PortalJson.Options)).Path, StringComparison.Ordinal);

    private static DealPatch Read(string json) => JsonSerializer.Deserialize<DealPatch>(json, PortalJson.Options)!;
}
