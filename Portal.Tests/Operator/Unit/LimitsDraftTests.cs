using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Json;
using Portal.Operator;

namespace Portal.Tests.Operator.Unit;

/// <summary>What an operator types becomes the limits, every one of them.</summary>
public sealed class LimitsDraftTests
{
    [Fact]
    public void Draft_reads_back_as_the_document_it_was_made_of()
    {
        var document = LimitsDraft.Of(LimitsDocument.Default).Read(out var wrong);
        Assert.Empty(wrong);
        Assert.Equal(Json(LimitsDocument.Default.Free), Json(document!.Free));
        Assert.Equal(Json(LimitsDocument.Default.Premium), Json(document.Premium));
    }

    [Theory]
    [MemberData(nameof(Totals))]
    public void Total_is_typed_emptied_and_refused_where_it_is_no_number(PlanTotal total)
    {
        var draft = LimitsDraft.Of(LimitsDocument.Default);
        var plan = draft.Plans[(int)Plan.Free];
        plan.Totals[total] = "4711";
        Assert.Equal(4711, Of(draft.Read(out _)!.Free, total));
        plan.Totals[total] = " ";
        Assert.Null(Of(draft.Read(out _)!.Free, total));
        plan.Totals[total] = "many";
        Assert.Null(draft.Read(out var wrong));
        Assert.Equal([plan.Place(total.ToString())], wrong);
        plan.Totals[total] = "-1";
        Assert.Contains(draft.Read(out _)!.Faults(), fault => fault == $"Free:{total} must not be negative.");
    }

    public static TheoryData<PlanTotal> Totals => [.. Enum.GetValues<PlanTotal>()];

    private static long? Of(PlanLimits limits, PlanTotal total) =>
        typeof(PlanLimits).GetProperty(total.ToString())!.GetValue(limits) is { } value ? Convert.ToInt64(value, null) : null;

    private static string Json(PlanLimits limits) => JsonSerializer.Serialize(limits, PortalJson.Options);
}
