using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Portal.Access;

/// <summary>Tells the circuit's sign-in that somebody does something on the page: an open page alone keeps no session awake.</summary>
internal sealed class PageActivity(RevalidatingPageUser user) : CircuitHandler
{
    /// <inheritdoc />
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        await user.NoteActivityAsync();
        await next(context);
    };
}
