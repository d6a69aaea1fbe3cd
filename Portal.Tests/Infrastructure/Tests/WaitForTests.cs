namespace Portal.Tests.Infrastructure.Tests;

public sealed class WaitForTests
{
    [Fact]
    public async Task Returns_once_the_condition_holds()
    {
        var asked = 0;
        await WaitFor.Condition(() => ++asked == 3, "asked three times");
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task Says_what_it_waited_for_at_the_deadline()
    {
        var failure = await Assert.ThrowsAsync<TimeoutException>(
            () => WaitFor.Condition(() => false, "pigs fly", TimeSpan.FromMilliseconds(50)));
        Assert.Equal("Waited 0.1 s in vain until pigs fly.", failure.Message);
    }

    [Fact]
    public async Task Fault_of_the_condition_is_not_waited_out() =>
        await Assert.ThrowsAsync<FormatException>(
            () => WaitFor.Condition(() => int.Parse("x") > 0, "never"));
}
