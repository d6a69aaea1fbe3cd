using System.Collections.Frozen;

namespace Portal.Core.Expressions.Evaluation;

/// <summary>One evaluation: the values it reads, the variables of its macros, and what it may still cost.</summary>
internal sealed class CelEvaluation(string source, CelOptions options, IReadOnlyDictionary<string, CelValue> variables, int locals)
{
    private int _steps = options.MostSteps;

    public static IReadOnlyDictionary<string, CelValue> NoVariables { get; } = FrozenDictionary<string, CelValue>.Empty;

    public IReadOnlyDictionary<string, CelValue> Variables => variables;

    public CelValue[] Locals { get; } = locals == 0 ? [] : new CelValue[locals];

    public int MostSize => options.MostSize;

    /// <summary>Takes steps off the budget.</summary>
    /// <exception cref="CelBudgetException">It is used up. An exception and no error value, since nothing may absorb it.</exception>
    public void Charge(long steps)
    {
        if (steps > _steps) throw new CelBudgetException();
        _steps -= (int)steps;
    }

    /// <summary>The steps for reading or building a text or a sequence of bytes of that length.</summary>
    public void ChargeLength(long length) => Charge(length >> 6);

    /// <summary>The steps for taking a value out of where it lies: a text of JSON is decoded each time.</summary>
    public void ChargeReading(in CelValue value)
    {
        if (value.Kind == CelKind.String) ChargeLength(value.AsString.Length);
    }

    /// <summary>Pays for building a value of that size.</summary>
    /// <returns>Why it may not be built, or null.</returns>
    public CelValue? Build(long size, int perStep)
    {
        if (size > MostSize) return CelValue.Failure($"The value would be larger than {MostSize} characters, bytes or items.");
        Charge(size / perStep);
        return null;
    }

    public CelValue Error(int offset, string message) => CelValue.Error(new(source, offset, message));

    /// <summary>The value; an error that has no place yet gets this one.</summary>
    public CelValue At(int offset, in CelValue value)
    {
        ChargeReading(value);
        return value.Failing is { } message ? Error(offset, message) : value;
    }
}

/// <summary>The budget of an evaluation is used up; never leaves <see cref="CelProgram"/>.</summary>
internal sealed class CelBudgetException : Exception;
