using Microsoft.AspNetCore.Components;
using Portal.Core.Access;
using Portal.Shared;

namespace Portal.Webhooks;

/// <summary>A page about webhook endpoints, or a tab of one: whatever it does, only who may write may do.</summary>
public abstract class EndpointView : ActingView<EndpointTexts>
{
    /// <summary>What changes endpoints, and shows their secrets.</summary>
    internal const string WriteScope = "webhooks:write";

    /// <summary>Whether the reader may change anything here.</summary>
    private protected bool CanWrite => User?.May(WriteScope) == true;

    [Inject]
    private protected Toasts Toasts { get; set; } = default!;

    [Inject]
    private protected TimeProvider Time { get; set; } = default!;

    /// <summary>What is shown stays until the next try; the log says why it is old.</summary>
    private protected void Missed(Exception exception) => Logger.LogWarning(exception, "{View} could not refresh", GetType().Name);

    private protected override string? RefusalOf(Actor actor) => actor.May(WriteScope) ? null : T["Refused.Role"].Value;
}
