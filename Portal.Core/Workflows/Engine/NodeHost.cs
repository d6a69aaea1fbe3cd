using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Expressions;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Engine;

/// <summary>What the engine does for nodes.</summary>
internal sealed class NodeHost(PortalStore store, TimeProvider time) : INodeHost
{
    private const int MostKept = 10_000;

    // Expressions in fields of the format cel are compiled here, at their first use.
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, CelProgram> _programs = new(StringComparer.Ordinal);

    public CelValue Evaluate(string expression, IReadOnlyDictionary<string, CelValue> values, ReadOnlySpan<(string Name, CelValue Value)> more)
    {
        var program = Program(expression, more);
        var value = program.Evaluate(more.Length == 0 ? values : new Extended(values, more));
        if (value.IsError) throw new NodeException("EXPRESSION_FAILED", $"{value.Fault!.Message} ({value.Fault.Line}:{value.Fault.Column} in “{TextOf(expression)}”)");
        return value;
    }

    public async Task<JsonElement> Once<T>(NodeContext context, Func<Actor, CancellationToken, Task<T>> write, CancellationToken cancellation)
    {
        // A node that is tried by itself has no run, and is meant to do it each time.
        if (context.IsTest) return JsonSerializer.SerializeToElement(await write(context.Actor, cancellation), PortalJson.Options);
        if (await Known(context, cancellation) is { } known) return known;
        var actor = context.Actor with
        {
            Joining = (db, result) => db.WorkflowEffects.Add(new WorkflowEffect
            {
                ExecutionId = context.ExecutionId,
                Step = context.Step,
                Result = JsonSerializer.Serialize(result, PortalJson.Options),
                CreatedAt = time.GetUtcNow(),
            }),
        };
        try
        {
            return JsonSerializer.SerializeToElement(await write(actor, cancellation), PortalJson.Options);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Another worker has the step too, or an attempt that ran out of time was not yet at its end; it was first. On SQLite it may be in the same batch and not
            // yet committed; a unit of its own comes after it.
            if (await store.Write(context.Actor.Tenant, (db, token) => Known(db, context, token), cancellation) is { } first) return first;
            throw;
        }
    }

    private async Task<JsonElement?> Known(NodeContext context, CancellationToken cancellation)
    {
        await using var db = store.Read(context.Actor.Tenant);
        return await Known(db, context, cancellation);
    }

    private static async Task<JsonElement?> Known(PortalDbContext db, NodeContext context, CancellationToken cancellation)
    {
        var result = await db.WorkflowEffects.Where(row => row.ExecutionId == context.ExecutionId && row.Step == context.Step).Select(row => row.Result).FirstOrDefaultAsync(cancellation);
        return result is null ? null : JsonElement.Parse(result);
    }

    private CelProgram Program(string expression, ReadOnlySpan<(string Name, CelValue Value)> more)
    {
        // Further names are few and always the same for a node type, so they are a part of the key.
        var key = expression;
        foreach (var (name, _) in more) key += $"\0{name}";
        if (_programs.TryGetValue(key, out var known)) return known;
        var options = WorkflowNames.Options;
        if (more.Length > 0)
        {
            var names = options.Variables!.ToHashSet(StringComparer.Ordinal);
            foreach (var (name, _) in more) names.Add(name);
            options = options with { Variables = names };
        }

        if (!CelProgram.TryCompile(expression, options, out var program, out var fault))
            throw new NodeException("EXPRESSION_FAILED", $"{fault.Message} ({fault.Line}:{fault.Column} in “{TextOf(expression)}”)");
        if (_programs.Count >= MostKept) _programs.Clear();
        return _programs[key] = program;
    }

    private static string TextOf(string expression) => Shared.TextCut.To(expression.Trim(), 200);

    private sealed class Extended : IReadOnlyDictionary<string, CelValue>
    {
        private readonly IReadOnlyDictionary<string, CelValue> _values;
        private readonly Dictionary<string, CelValue> _more = new(StringComparer.Ordinal);

        public Extended(IReadOnlyDictionary<string, CelValue> values, ReadOnlySpan<(string Name, CelValue Value)> more)
        {
            _values = values;
            foreach (var (name, value) in more) _more[name] = value;
        }

        public IEnumerable<string> Keys => _values.Keys.Union(_more.Keys, StringComparer.Ordinal);

        public IEnumerable<CelValue> Values => Keys.Select(key => this[key]);

        public int Count => Keys.Count();

        public CelValue this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

        public bool ContainsKey(string key) => TryGetValue(key, out _);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out CelValue value) => _more.TryGetValue(key, out value) || _values.TryGetValue(key, out value);

        public IEnumerator<KeyValuePair<string, CelValue>> GetEnumerator() => Keys.Select(key => KeyValuePair.Create(key, this[key])).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
