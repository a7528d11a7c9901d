namespace EmTools.Engine.Filters;

/// <summary>What all filters' options share: how they read.</summary>
public abstract record FilterOptions
{
    /// <summary>All parameters as <c>Invoke-EmFilter</c> takes them; those that are not used are left out.</summary>
    public sealed override string ToString()
        => string.Join(' ', FilterParameter.Of(GetType()).Select(parameter => parameter.AsArgument(this)).Where(text => text.Length > 0));
}
