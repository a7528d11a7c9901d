using System.Management.Automation;
using System.Reflection;

namespace EmTools.HelpBuilder;

/// <summary>The parameters that a cmdlet takes when another has a certain value: each value is a way to call it.</summary>
internal sealed record DynamicSyntax(string Parameter, string Value, IReadOnlyList<ParameterHelp> Parameters)
{
    /// <summary>Its name in the module; help is built from the module's assembly without linking to it.</summary>
    private const string AttributeName = "DynamicParametersAttribute";

    public static IReadOnlyList<DynamicSyntax> Of(Type cmdlet, XmlDocs docs)
    {
        var found = new List<DynamicSyntax>();
        for (Type? type = cmdlet; type is not null; type = type.BaseType)
        {
            foreach (CustomAttributeData data in type.GetCustomAttributesData().Where(a => a.AttributeType.Name == AttributeName))
            {
                var holder = (Type)data.ConstructorArguments[2].Value!;
                IEnumerable<DeclaredParameter> declared = DeclaredParameter.Of(holder, new CmdletAttribute("Invoke", "None"), docs);
                found.Add(new((string)data.ConstructorArguments[0].Value!, (string)data.ConstructorArguments[1].Value!, [.. declared.Select(p => p.OverAll())]));
            }
        }

        return found;
    }

    public SyntaxHelp With(SyntaxHelp common)
        => new([.. common.Parameters.Select(p => p.Name == Parameter ? p with { Choices = [Value] } : p), .. Parameters]);

    /// <summary>All of them, each once, with the values that it goes with.</summary>
    public static IEnumerable<ParameterHelp> Merged(IEnumerable<DynamicSyntax> sets)
        => from set in sets
           from parameter in set.Parameters
           group (set, parameter) by parameter.Name into same
           select same.First().parameter with
           {
               Description = [.. same.First().parameter.Description, $"With -{same.First().set.Parameter} {string.Join(", ", same.Select(s => s.set.Value))}."],
           };
}
