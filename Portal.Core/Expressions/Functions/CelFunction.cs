using System.Collections.Frozen;
using Portal.Core.Expressions.Evaluation;

namespace Portal.Core.Expressions.Functions;

/// <summary>A function. Of a method the target is the first argument and counted in <paramref name="Least"/> and <paramref name="Most"/>.</summary>
internal sealed record CelFunction(string Name, bool IsMethod, int Least, int Most, CelKind? Result, Func<CelEvaluation, CelValue[], CelValue> Apply)
{
    private static readonly FrozenDictionary<(string, bool), CelFunction> Known =
        new[] { CelConversions.All, CelTextFunctions.All, CelTextExtensions.All, CelTimeFunctions.All, CelMath.All }
            .SelectMany(all => all)
            .ToFrozenDictionary(function => (function.Name, function.IsMethod));

    public static CelFunction? Find(string name, bool isMethod) => Known.GetValueOrDefault((name, isMethod));

    /// <summary>A text for the wrong number of arguments; null where it is right.</summary>
    public string? CountFault(int count)
    {
        if (count >= Least && count <= Most) return null;
        var (least, most) = IsMethod ? (Least - 1, Most - 1) : (Least, Most);
        var wanted = most == int.MaxValue ? $"at least {least}" : least == most ? $"{least}" : $"{least} to {most}";
        return $"“{Name}” takes {wanted} argument{(wanted == "1" ? "" : "s")}, and here are {(IsMethod ? count - 1 : count)}.";
    }

    public CelValue NoOverload(CelValue[] arguments) =>
        CelValue.Failure($"“{Name}” cannot be applied to {string.Join(", ", arguments.Select(argument => argument.Kind.Described()))}.");
}
