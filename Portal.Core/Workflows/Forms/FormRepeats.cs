using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Workflows.Forms;

/// <summary>
/// Pages of forms that were sent: a second click sends the same page with the same answers again, and is no second
/// answer. It is kept on the node that the page was sent to, where the second click goes as well.
/// </summary>
internal sealed class FormRepeats
{
    private const int MostKept = 10_000;
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _runs = new(StringComparer.Ordinal);

    /// <summary>The run of a page and its answers, which is started unless it was before.</summary>
    /// <param name="page">Tells one showing of a form from all others.</param>
    /// <param name="answers">What was filled in: whoever goes back and corrects it means it.</param>
    /// <param name="start">Starts the run. Nobody's leaving ends it, since a browser leaves the first click's request for the second's.</param>
    public async Task<string> Run(string page, string answers, Func<Task<string>> start, CancellationToken cancellation)
    {
        if (_runs.Count >= MostKept) _runs.Clear();
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{page}\n{answers}")));
        var run = _runs.GetOrAdd(key, _ => new Lazy<Task<string>>(start));
        try
        {
            return await run.Value.WaitAsync(cancellation);
        }
        catch (Exception) when (run.Value.IsFaulted)
        {
            _runs.TryRemove(KeyValuePair.Create(key, run));
            throw;
        }
    }
}
