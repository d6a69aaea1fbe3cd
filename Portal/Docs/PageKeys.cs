using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Shared;

namespace Portal.Docs;

/// <summary>The keys that the playground and the reference call with: which there are, lending, and one made for trying.</summary>
internal sealed class PageKeys(ApiKeyService keys, KeyLoans loans, PageContext context, TimeProvider time)
{
    private const int Most = 100;
    private const string TestKeyName = "Playground";

    /// <summary>The keys that work, newest first; none for whom may not borrow them.</summary>
    /// <param name="user">Who looks.</param>
    /// <param name="wanted">A key that must be among them, however old.</param>
    /// <param name="cancellation">Ends the query.</param>
    internal async Task<IReadOnlyList<KeyChoice>> List(PageUser user, string? wanted, CancellationToken cancellation)
    {
        if (!user.May(KeyLoans.Scope)) return [];
        var actor = user.AsActor();
        var page = await keys.List(actor, new ApiKeyFilter(), PageRequest.From(1, Most, null, null, null), cancellation);
        var found = page.Items.Where(key => key.Active && key.Scopes.All(actor.May)).Select(KeyChoice.Of).ToList();
        if (wanted is null || found.Exists(key => key.Id == wanted)) return found;
        try
        {
            var key = await keys.Get(actor, wanted, cancellation);
            return key.Active ? [KeyChoice.Of(key), .. found] : found;
        }
        catch (ProblemException e) when (e.Problem.Code == ErrorCode.NotFound)
        {
            return found;
        }
    }

    /// <summary>Borrows a key for the page.</summary>
    internal Task<Answered<LentToken>> Lend(string keyId, string? loanId, CancellationToken cancellation) => Answer(async user =>
    {
        var loan = await loans.Lend(user.AsActor(), keyId, loanId, new Origin(user.Address, TestKeyName), cancellation);
        return new LentToken(loan.Id, loan.Token, (loan.ExpiresAt - time.GetUtcNow()).TotalMilliseconds);
    });

    /// <summary>Makes a test key that may do what there is to try: everything with data, looking only at keys and the organization.</summary>
    internal Task<Answered<KeyChoice>> MakeTestKey(CancellationToken cancellation) => Answer(async user =>
    {
        var actor = user.AsActor();
        var scopes = Scopes.Resources
            .Select(resource => resource.Name is "keys" or "organization" ? $"{resource.Name}:read" : $"{resource.Name}:*")
            .Where(actor.May);
        var made = await keys.Create(actor, new ApiKeyInput { Name = TestKeyName, Mode = ApiMode.Test, Scopes = [.. scopes] }, cancellation);
        return KeyChoice.Of(made);
    });

    private async Task<Answered<T>> Answer<T>(Func<PageUser, Task<T>> work)
    {
        try
        {
            return new Answered<T>(await work(await context.Get()), null);
        }
        catch (ProblemException e)
        {
            return new Answered<T>(default, e.Problem.Message);
        }
    }
}
