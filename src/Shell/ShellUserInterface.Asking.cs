using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EmTools.Shell;

/// <content>Questions: missing parameters, -Confirm, secrets.</content>
internal sealed partial class ShellUserInterface
{
    public override string ReadLine()
    {
        _progress.Clear();
        return Console.In.ReadLine() ?? throw NobodyAnswers();
    }

    public override SecureString ReadLineAsSecureString()
    {
        if (Console.IsInputRedirected)
            throw NobodyAnswers();
        _progress.Clear();
        var secret = new SecureString();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Out.WriteLine();
                    secret.MakeReadOnly();
                    return secret;
                case ConsoleKey.Backspace when secret.Length > 0:
                    secret.RemoveAt(secret.Length - 1);
                    Console.Out.Write("\b \b");
                    break;
                default:
                    if (char.IsControl(key.KeyChar))
                        break;
                    secret.AppendChar(key.KeyChar);
                    Console.Out.Write('*');
                    break;
            }
        }
    }

    public override Dictionary<string, PSObject?> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        if (Console.IsInputRedirected)
            throw NobodyAnswers();
        WriteHeading(caption, message);
        var answers = new Dictionary<string, PSObject?>(StringComparer.OrdinalIgnoreCase);
        foreach (FieldDescription field in descriptions)
        {
            Type type = Type.GetType(field.ParameterAssemblyFullName) ?? typeof(string);
            answers[field.Name] = type == typeof(SecureString) ? Secret(field.Name)
                : type.IsArray ? Several(field.Name, type)
                : One($"{field.Name}: ", type);
        }

        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        WriteHeading(caption, message);
        string[] keys = [.. choices.Select(Key)];
        while (true)
        {
            for (int i = 0; i < choices.Count; i++)
                Write($"[{keys[i]}] {choices[i].Label.Replace("&", "", StringComparison.Ordinal)}  ");
            Write(defaultChoice >= 0 ? $"[?] Help (default is \"{keys[defaultChoice]}\"): " : "[?] Help: ");

            string answer = ReadLine().Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
                return defaultChoice;
            for (int i = 0; i < choices.Count; i++)
            {
                if (answer.Equals(keys[i], StringComparison.OrdinalIgnoreCase) || answer.Equals(choices[i].Label.Replace("&", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
                    return i;
            }

            if (answer == "?")
            {
                for (int i = 0; i < choices.Count; i++)
                    WriteLine($"{keys[i]} - {choices[i].HelpMessage}");
            }
        }
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName)
    {
        if (Console.IsInputRedirected)
            throw NobodyAnswers();
        WriteHeading(caption, message);
        string user = userName;
        if (string.IsNullOrEmpty(user))
        {
            Write("User: ");
            user = ReadLine();
        }

        Write($"Password for user {user}: ");
        return new PSCredential(user, ReadLineAsSecureString());
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
        => PromptForCredential(caption, message, userName, targetName);

    private static HostException NobodyAnswers()
        => new("An answer is needed, but nobody can give one: the input is not a terminal, or has ended. Give the value as a parameter, or use -Confirm:$false.");

    private static string Key(ChoiceDescription choice)
    {
        int mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length ? char.ToUpperInvariant(choice.Label[mark + 1]).ToString() : choice.Label;
    }

    private void WriteHeading(string caption, string message)
    {
        _progress.Clear();
        if (!string.IsNullOrEmpty(caption))
            WriteLine(caption);
        if (!string.IsNullOrEmpty(message))
            WriteLine(message);
    }

    private PSObject Secret(string name)
    {
        Write($"{name}: ");
        return PSObject.AsPSObject(ReadLineAsSecureString());
    }

    private PSObject Several(string name, Type type)
    {
        Type element = type.GetElementType()!;
        var values = new List<object?>();
        while (One($"{name}[{values.Count}]: ", element, emptyEnds: true) is { } value)
            values.Add(value.BaseObject);
        return PSObject.AsPSObject(LanguagePrimitives.ConvertTo(values.ToArray(), type, CultureInfo.InvariantCulture));
    }

    private PSObject? One(string label, Type type, bool emptyEnds = false)
    {
        while (true)
        {
            Write(label);
            string text = ReadLine();
            if (text.Length == 0 && emptyEnds)
                return null;
            try
            {
                return PSObject.AsPSObject(LanguagePrimitives.ConvertTo(text, type, CultureInfo.InvariantCulture));
            }
            catch (PSInvalidCastException error)
            {
                WriteErrorLine(error.Message);
            }
        }
    }
}
