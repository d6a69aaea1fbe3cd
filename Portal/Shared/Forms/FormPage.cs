using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Problems;

namespace Portal.Shared.Forms;

/// <summary>A page whose forms are sent to the server and answered with a page, without a circuit: it may set cookies.</summary>
public abstract class FormPage : ComponentBase
{
    [CascadingParameter]
    protected HttpContext Http { get; set; } = default!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private AccountFormLimits Limits { get; set; } = default!;

    [Inject]
    private IStringLocalizer<SharedTexts> SharedText { get; set; } = default!;

    /// <summary>What is wrong with what was sent.</summary>
    protected FormProblems Problems { get; private set; } = new();

    /// <summary>Where the request comes from.</summary>
    protected Origin Origin => new(Http.Connection.RemoteIpAddress?.ToString(), Http.Request.Headers.UserAgent.ToString());

    /// <summary>The fields' names at the services with their labels, in the form's order.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string>> Labels => [];

    /// <summary>Does what the form asks for.</summary>
    /// <returns>False when it was refused; <see cref="Problems"/> then says why.</returns>
    protected async Task<bool> Try(Func<Task> work)
    {
        Problems = new FormProblems();
        try
        {
            await work();
        }
        catch (ProblemException e)
        {
            Problems.Take(Reword(e.Problem), Labels);
        }

        return !Problems.Any;
    }

    /// <summary>As <see cref="Try"/>, for forms at which somebody could guess.</summary>
    protected async Task<bool> TryLimited(Func<Task> work)
    {
        if (Limits.Refuse(Http.Connection.RemoteIpAddress) is not { } wait) return await Try(work);
        var seconds = (int)Math.Ceiling(Math.Max(1, wait.TotalSeconds));
        Http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        Http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Problems = new FormProblems();
        Problems.Say(SharedText["Form.TooMany", seconds]);
        return false;
    }

    /// <summary>Puts a refusal into the page's words, where it has better ones.</summary>
    protected virtual Problem Reword(Problem problem) => problem;
}
