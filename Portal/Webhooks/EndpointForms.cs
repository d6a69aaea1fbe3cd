using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Shared.Problems;

namespace Portal.Webhooks;

/// <summary>A page with the form of an endpoint: what is wrong is shown at its field.</summary>
public abstract class EndpointForms : EndpointView
{
    private protected FormFaults Faults { get; private set; } = new();

    /// <summary>Checks and sends a form; what its service refuses becomes <see cref="Faults"/>.</summary>
    private protected async Task SubmitAsync(EndpointDraft form, Func<Actor, Task> work)
    {
        Faults = form.Check(T);
        if (Faults.Any) return;
        ProblemException? refused = null;
        await DoAsync(async actor =>
        {
            try
            {
                await work(actor);
            }
            catch (ProblemException e)
            {
                refused = e;
            }
        });
        if (refused is not null) Faults = FormFaults.Of(refused.Problem, EndpointDraft.Fields);
        else if (Refusal is { } reason) Faults = FormFaults.Whole(reason);
        Refusal = null;
    }
}
