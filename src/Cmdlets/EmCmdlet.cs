using System.Management.Automation;
using EmTools.Engine;
using EmTools.Engine.Pipeline;

namespace EmTools.Cmdlets;

/// <summary>What all cmdlets of the module share: Ctrl+C as a cancellation token, work beside the pipeline's thread, and the engine's errors as error records.</summary>
public abstract class EmCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when the user presses Ctrl+C or the pipeline is stopped otherwise.</summary>
    protected CancellationToken StopToken => _stopping.Token;

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the cmdlet holds; called at the pipeline's end, however it ends.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _stopping.Dispose();
    }

    /// <summary>
    /// Does <paramref name="work"/> for one item of the pipeline; trouble becomes a non-terminating error with the item as
    /// its target, so that the other items go on.
    /// </summary>
    /// <param name="target">The section or path that the error is to carry.</param>
    /// <param name="work">What to do.</param>
    protected void ForItem(object target, Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            work();
        }
        catch (Exception trouble) when (ErrorRecords.IsForUser(trouble))
        {
            Report(trouble, target);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Writes an error of one item; where it means that all that follows would be wrong, it ends the cmdlet.</summary>
    private protected void Report(Exception trouble, object target)
    {
        ErrorRecord record = ErrorRecords.Of(trouble, target);
        if (trouble is EmException { Id: NeighbourhoodWindows.OrderError })
            ThrowTerminatingError(record);
        WriteError(record);
    }

    /// <summary>Does what every item needs; trouble ends the cmdlet.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="work">What to do.</param>
    protected T ForAll<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            return work();
        }
        catch (Exception trouble) when (ErrorRecords.IsForUser(trouble))
        {
            ThrowTerminatingError(ErrorRecords.Of(trouble, target: null));
            throw;
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>
    /// Does something on another thread while this one, the only one that may, writes what it posts. Ends with an exception soon
    /// after Ctrl+C, and never before the work has ended.
    /// </summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="work">What to do; it posts what is to be written, and must honour the token, which Ctrl+C cancels.</param>
    internal T DoBeside<T>(Func<MessageQueue, CancellationToken, T> work)
    {
        using var messages = new MessageQueue();
        using CancellationTokenSource abandon = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        CancellationToken cancellation = abandon.Token;
        Task<T> task = Task.Run(
            () =>
            {
                try
                {
                    return work(messages, cancellation);
                }
                finally
                {
                    messages.Complete();
                }
            },
            CancellationToken.None);
        try
        {
            messages.Drain();
        }
        catch
        {
            // A message could not be written (the pipeline was stopped, or -Verbose asked and the user said no).
            // The work must be over before its queue and its output's temporary file go.
            abandon.Cancel();
            Task.WaitAny(task);
            throw;
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>The full path of a file-system path as users write it: relative to the current location, or on a drive of PowerShell's.</summary>
    /// <param name="path">The path; wildcard characters stand for themselves.</param>
    /// <exception cref="EmException">The path belongs to no file system.</exception>
    protected string FullPath(string path) => FilePaths.Full(SessionState, path);

    /// <summary>How messages name a section.</summary>
    protected static string Describe(EmSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return $"Section {section.Index} ({section.Name})";
    }
}
