using System.Reflection;
using System.Reflection.Emit;

namespace Portal.Tests.Shared.Unit;

/// <summary>One instruction of a compiled method, with what it names: a string, a method or a field.</summary>
internal readonly record struct IlInstruction(OpCode Code, string? Text, MemberInfo? Member)
{
    private static readonly Dictionary<ushort, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (ushort)code.Value);

    /// <summary>Every method body in the assembly, lambdas and state machines included.</summary>
    internal static IEnumerable<(MethodBase Method, IReadOnlyList<IlInstruction> Body)> ReadAll(Assembly assembly)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var type in assembly.GetTypes())
        {
            foreach (var method in type.GetMethods(all).Concat<MethodBase>(type.GetConstructors(all)))
            {
                if (method.GetMethodBody()?.GetILAsByteArray() is { } bytes)
                    yield return (method, Read(method, bytes));
            }
        }
    }

    private static List<IlInstruction> Read(MethodBase method, byte[] bytes)
    {
        var body = new List<IlInstruction>();
        for (var at = 0; at < bytes.Length;)
        {
            ushort value = bytes[at++];
            if (value == 0xFE)
                value = (ushort)(value << 8 | bytes[at++]);
            var code = Codes[value];
            body.Add(Resolve(method, code, bytes, at));
            at += OperandSize(code, bytes, at);
        }

        return body;
    }

    private static IlInstruction Resolve(MethodBase method, OpCode code, byte[] bytes, int at)
    {
        switch (code.OperandType)
        {
            case OperandType.InlineString:
                return new(code, method.Module.ResolveString(BitConverter.ToInt32(bytes, at)), null);
            case OperandType.InlineMethod or OperandType.InlineField:
                var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
                var arguments = method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : null;
                return new(code, null, method.Module.ResolveMember(BitConverter.ToInt32(bytes, at), typeArguments, arguments));
            default:
                return new(code, null, null);
        }
    }

    private static int OperandSize(OpCode code, byte[] bytes, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(bytes, at),
        _ => 4,
    };
}
