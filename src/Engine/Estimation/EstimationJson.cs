using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmTools.Engine.Estimation;

/// <summary>The JSON of calibrations: names in camel case, one object a file.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(CalibrationInfo))]
[JsonSerializable(typeof(MeasurementRecord))]
internal sealed partial class EstimationJson : JsonSerializerContext;
