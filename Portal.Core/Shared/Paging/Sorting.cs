using System.Buffers.Text;
using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Shared.Paging;

/// <summary>
/// The orders a list can be had in, and its pages in them. Every order ends with the id, so that it is total: a cursor
/// then names a place that neither new rows nor deleted ones shift.
/// </summary>
/// <param name="list">The list's name; another list's cursors are refused.</param>
/// <param name="id">The row's id.</param>
public sealed class Sorting<T>(string list, Expression<Func<T, string>> id) where T : class
{
    private readonly Dictionary<string, Order> _orders = new(StringComparer.Ordinal);

    public IEnumerable<string> Fields => _orders.Keys;

    /// <summary>Allows sorting by a field, which must never be null in the expression.</summary>
    public Sorting<T> By<TKey>(string field, Expression<Func<T, TKey>> key) where TKey : notnull
    {
        _orders[field] = new Order<TKey>(list, key, id);
        return this;
    }

    /// <summary>Counts, orders and cuts the list.</summary>
    /// <exception cref="ProblemException">The sort field is unknown, or the cursor is not of this list and order.</exception>
    public async Task<Page<T>> Cut(IQueryable<T> query, PageRequest request, CancellationToken cancellation)
    {
        var sort = request.Sort ?? "-created_at";
        var descending = sort.StartsWith('-');
        if (!_orders.TryGetValue(sort.TrimStart('-', '+'), out var order))
            throw Problem.Field(ErrorCode.Validation, "sort", $"sort must be one of {string.Join(", ", Fields)}, with - in front for descending order.").AsException();

        var total = await query.CountAsync(cancellation);
        var ordered = order.Apply(query, descending);
        ordered = request.Cursor is { } cursor
            ? order.After(ordered, Cursor.Read(cursor, list, sort), descending)
            : ordered.Skip((request.Page - 1) * request.PerPage);
        var rows = await ordered.Take(request.PerPage + 1).ToListAsync(cancellation);
        var more = rows.Count > request.PerPage;
        if (more) rows.RemoveAt(rows.Count - 1);
        return new Page<T>(rows, request.Cursor is null ? request.Page : null, request.PerPage, total, more ? order.CursorAt(rows[^1], sort) : null);
    }

    private abstract class Order
    {
        public abstract IQueryable<T> Apply(IQueryable<T> query, bool descending);
        public abstract IQueryable<T> After(IQueryable<T> query, Cursor cursor, bool descending);
        public abstract string CursorAt(T row, string sort);
    }

    private sealed class Order<TKey>(string list, Expression<Func<T, TKey>> key, Expression<Func<T, string>> id) : Order where TKey : notnull
    {
        private readonly Func<T, TKey> _key = key.Compile();
        private readonly Func<T, string> _id = id.Compile();

        public override IQueryable<T> Apply(IQueryable<T> query, bool descending) => descending
            ? query.OrderByDescending(key).ThenByDescending(id)
            : query.OrderBy(key).ThenBy(id);

        public override IQueryable<T> After(IQueryable<T> query, Cursor cursor, bool descending)
        {
            var value = cursor.KeyAs<TKey>();
            var row = key.Parameters[0];
            var rowId = new Swap(id.Parameters[0], row).Visit(id.Body);
            var further = Expression.OrElse(
                Beyond(key.Body, value, descending),
                Expression.AndAlso(Expression.Equal(key.Body, Parameter(value)), Beyond(rowId, cursor.Id, descending)));
            return query.Where(Expression.Lambda<Func<T, bool>>(further, row));
        }

        public override string CursorAt(T row, string sort) =>
            Cursor.At(list, sort, _key(row), _id(row)).Write();

        private static BinaryExpression Beyond<TValue>(Expression field, TValue value, bool descending)
        {
            Expression left = field;
            Expression right = Parameter(value);
            if (typeof(TValue) == typeof(string))
            {
                left = Expression.Call(typeof(string), nameof(string.Compare), null, field, right);
                right = Expression.Constant(0);
            }

            return descending ? Expression.LessThan(left, right) : Expression.GreaterThan(left, right);
        }

        // A field of an object rather than a constant, so that EF makes it a parameter and keeps one plan.
        private static MemberExpression Parameter<TValue>(TValue value) =>
            Expression.Property(Expression.Constant(new Holder<TValue>(value)), nameof(Holder<>.Value));
    }

    private sealed record Holder<TValue>(TValue Value);

    private sealed class Swap(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}

/// <summary>A place in an ordered list: after the row with this key and id.</summary>
internal sealed record Cursor(string List, string Sort, JsonElement Key, string Id)
{
    /// <summary>What a database column may hold; a forged cursor may say otherwise.</summary>
    private const decimal LargestAmount = 10_000_000_000_000m;

    // Not the product's options: those round moments to what answers show, and the place would be another.
    private static readonly JsonSerializerOptions Exact = new();

    public static Cursor At<TKey>(string list, string sort, TKey key, string id) => new(list, sort, JsonSerializer.SerializeToElement(key, Exact), id);

    public string Write() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, Exact));

    public TKey KeyAs<TKey>() where TKey : notnull
    {
        try
        {
            return Key.Deserialize<TKey>(Exact) switch
            {
                string text when !Faults.IsStorable(text) => throw Unreadable(),
                decimal amount when Math.Abs(amount) > LargestAmount => throw Unreadable(),
                { } key => key,
                null => throw Unreadable(),
            };
        }
        catch (JsonException)
        {
            throw Unreadable();
        }
    }

    public static Cursor Read(string text, string list, string sort)
    {
        try
        {
            var cursor = JsonSerializer.Deserialize<Cursor>(Base64Url.DecodeFromChars(text), Exact);
            if (cursor is { Id: not null } && cursor.List == list && cursor.Sort == sort && cursor.Key.ValueKind != JsonValueKind.Undefined
                && Faults.IsStorable(cursor.Id)) return cursor;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw Unreadable();
        }

        throw Unreadable();
    }

    public static ProblemException Unreadable() =>
        Problem.Field(ErrorCode.WrongFormat, "cursor", "cursor is not a next_cursor of this list in this order.").AsException();
}
