using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmTools.Engine.Pipeline;

/// <summary>JSON laid out for people: an entry a line, a sentence a line, and a list of numbers or names on the line of its entry, so that a changed parameter is a changed line.</summary>
internal static class RecipeText
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonNode json)
    {
        var text = new StringBuilder();
        Add(text, json, "");
        return text.Append('\n').ToString();
    }

    private static void Add(StringBuilder text, JsonNode? node, string indent)
    {
        string inner = indent + "  ";
        switch (node)
        {
            case JsonObject { Count: > 0 } json:
                Block('{', json.Select(entry => (Action)(() =>
                {
                    text.Append(JsonValue.Create(entry.Key).ToJsonString(s_plain)).Append(": ");
                    Add(text, entry.Value, inner);
                })), '}');
                break;
            case JsonArray { Count: > 0 } list when list.Any(item => item is JsonObject or JsonArray):
                Block('[', list.Select(item => (Action)(() => Add(text, item, inner))), ']');
                break;
            case JsonArray { Count: > 1 } list when list.Any(item => item?.ToString().Contains(' ', StringComparison.Ordinal) == true):
                Block('[', list.Select(item => (Action)(() => Add(text, item, inner))), ']');
                break;
            case JsonArray list:
                text.Append('[').AppendJoin(", ", list.Select(item => item?.ToJsonString(s_plain) ?? "null")).Append(']');
                break;
            default:
                text.Append(node?.ToJsonString(s_plain) ?? "null");
                break;
        }

        void Block(char open, IEnumerable<Action> entries, char close)
        {
            text.Append(open);
            string before = "\n";
            foreach (Action entry in entries)
            {
                text.Append(before).Append(inner);
                entry();
                before = ",\n";
            }

            text.Append('\n').Append(indent).Append(close);
        }
    }
}
